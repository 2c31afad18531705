namespace Shop.Tax

open Shop.Primitives

type CountryTax =
    { Country: string
      Standard: Percentage
      Reduced: Percentage }

module Countries =

    let private country name standard reduced =
        { Country = name
          Standard = Percentage(standard)
          Reduced = Percentage(reduced) }

    let private all =
        [ country "AT" 20.0m 10.0m
          country "CH" 8.1m 2.6m
          country "DE" 19.0m 7.0m
          country "FR" 20.0m 5.5m ]
        |> List.map (fun tax -> tax.Country, tax)
        |> Map.ofList

    let tryFind name = Map.tryFind name all

    let names () = all |> Map.toList |> List.map fst
