using Shop.Domain;

namespace Shop.Ui;

public sealed record CategoryMenu(IReadOnlyList<Category> Categories, string? Current);
