Console.WriteLine(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "greeting.txt")).Trim());
