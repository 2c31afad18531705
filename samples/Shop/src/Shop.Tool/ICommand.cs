namespace Shop.Tool;

internal interface ICommand
{
    string Name { get; }

    string Usage { get; }

    void Run(string[] arguments, TextWriter output);
}
