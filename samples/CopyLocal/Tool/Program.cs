Console.WriteLine(Common.Message.From("Tool"));
