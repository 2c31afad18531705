Console.WriteLine(Greeter.Greeting.For(args.FirstOrDefault() ?? ""));
