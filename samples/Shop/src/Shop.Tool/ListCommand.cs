using Shop.Catalog;
using Shop.Domain;

namespace Shop.Tool;

internal sealed class ListCommand(ProductCatalog catalog) : ICommand
{
    public string Name => "list";

    public string Usage => "list [words]";

    public void Run(string[] arguments, TextWriter output)
    {
        foreach (var product in catalog.Search(string.Join(' ', arguments)))
        {
            output.WriteLine($"{product.Id}  {product.Name,-20} {product.Kind.ToLabel(),-12} {product.Price,12}");
        }
    }
}
