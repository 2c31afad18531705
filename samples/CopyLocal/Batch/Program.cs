Console.WriteLine(Common.Message.From("Batch"));
