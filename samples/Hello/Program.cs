var name = args.Length > 0 ? string.Join(' ', args) : "world";
Console.WriteLine($"Hello, {name}!");
