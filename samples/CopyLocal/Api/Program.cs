Console.WriteLine(Common.Message.From("Api"));
