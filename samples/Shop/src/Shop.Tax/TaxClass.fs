namespace Shop.Tax

type TaxClass =
    | Standard
    | Reduced
    | Exempt
