using Shop.Hosting;
using Shop.Localization;
using Shop.Web;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddShopLogging();
builder.Services.AddShop(builder.Configuration);
builder.Services.AddSingleton<CartStore>();
builder.Services.AddDistributedMemoryCache();
builder.Services.AddSession(options => options.Cookie.IsEssential = true);
builder.Services.AddRazorPages();

var app = builder.Build();

if (!app.Environment.IsDevelopment())
{
    app.UseExceptionHandler("/error");
}

var languages = Languages.All.Select(language => language.Name).ToArray();
app.UseRequestLocalization(options => options
    .SetDefaultCulture(languages[0])
    .AddSupportedCultures(languages)
    .AddSupportedUICultures(languages));
app.UseRouting();
app.UseSession();
app.MapStaticAssets();
app.MapRazorPages().WithStaticAssets();
app.MapReports();

app.Run();
