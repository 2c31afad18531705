using Microsoft.AspNetCore.Razor.TagHelpers;
using Shop.Localization;
using Shop.Primitives;

namespace Shop.Ui;

[HtmlTargetElement("shop-money", TagStructure = TagStructure.WithoutEndTag)]
public sealed class MoneyTagHelper : TagHelper
{
    public Money Value { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "shop-money");
        output.Content.SetContent(MoneyText.For(Value));
    }
}
