namespace Shop.Tax

open Shop.Primitives

[<AbstractClass; Sealed>]
type TaxCalculator =

    static member Countries = Countries.names () |> List.toArray

    static member RateFor(country: string, taxClass: TaxClass) =
        match taxClass, Countries.tryFind country with
        | Exempt, _ -> Percentage.None
        | Standard, Some tax -> tax.Standard
        | Reduced, Some tax -> tax.Reduced
        | _, None -> invalidArg (nameof country) $"The shop does not deliver to '{country}'."

    static member TaxOn(country: string, taxClass: TaxClass, net: Money) : Money =
        net * TaxCalculator.RateFor(country, taxClass)
