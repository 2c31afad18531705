using BuildCache.Reporting;
using BuildCache.Session;

namespace BuildCache.Tests.Session;

public class CacheSettingsTests
{
    private static readonly string s_folder = OperatingSystem.IsWindows() ? @"C:\cache" : "/cache";

    [Fact]
    public void Nothing_set_is_the_default()
    {
        CacheSettings settings = Parse(new RawSettings());

        Assert.Equal(CacheMode.ReadWrite, settings.Mode);
        Assert.Equal(20L << 30, settings.MaxBytes);
        Assert.True(Path.IsPathFullyQualified(settings.Directory));
        Assert.False(settings.Relocatable || settings.RequireHit || settings.Explain || settings.AllowCustomHooks || settings.SemanticHashing || settings.StagePackages || settings.PublishFolders || settings.TestResults);
        Assert.Equal(ScheduleMode.Auto, settings.Schedule);
    }

    public static TheoryData<string, string> BadValues => new()
    {
        { "BuildCacheMode", "sometimes" },
        { "BuildCacheMaxSize", "20" },
        { "BuildCacheMaxSize", "-1GB" },
        { "BuildCacheMaxSize", "0GB" },
        { "BuildCacheMaxSize", "many GB" },
        { "BuildCacheMaxSize", "1e30TB" },
        { "BuildCacheMaxSize", "99999999999TB" },
        { "BuildCachePlacement", "beside" },
        { "BuildCacheSourceRevision", "none" },
        { "BuildCacheRelocatable", "perhaps" },
        { "BuildCacheSourceHashing", "fuzzy" },
        { "BuildCacheRequireHit", "yes" },
        { "BuildCacheExplain", "1" },
        { "BuildCacheSchedule", "true" },
        { "BuildCacheAllowCustomHooks", "on" },
        { "BuildCacheStagePackages", "yes" },
        { "BuildCachePublishFolders", "never" },
        { "BuildCacheTestResults", "true" },
    };

    [Theory]
    [MemberData(nameof(BadValues))]
    public void A_value_that_cannot_be_used_names_the_property_and_the_default(string property, string value)
    {
        CacheException refused = Assert.Throws<CacheException>(() => Parse(With(property, value)));

        Assert.Same(Diagnostics.InvalidSetting, refused.Diagnostic);
        Assert.Equal(property, refused.Arguments[0]);
        Assert.Equal(value, refused.Arguments[1]);
        Assert.All(refused.Arguments, argument => Assert.NotEqual("", argument));
    }

    [Theory]
    [InlineData("BuildCacheMode", "ReadWrite")]
    [InlineData("BuildCacheMode", " read ")]
    [InlineData("BuildCacheMaxSize", "1.5tb")]
    [InlineData("BuildCacheMaxSize", "500 MB")]
    [InlineData("BuildCacheRelocatable", "AUTO")]
    [InlineData("BuildCacheRequireHit", "True")]
    public void Case_and_space_do_not_matter(string property, string value) => Assert.NotNull(Parse(With(property, value)));

    [Theory]
    [InlineData("1KB", 1024)]
    [InlineData("1.5MB", 1572864)]
    [InlineData("2GB", 2147483648)]
    public void Sizes_are_binary(string text, long bytes) => Assert.Equal(bytes, Parse(new RawSettings { MaxSize = text }).MaxBytes);

    [Fact]
    public void A_relative_folder_is_refused()
    {
        CacheException refused = Assert.Throws<CacheException>(() => Parse(new RawSettings { Directory = "some/cache" }));

        Assert.Same(Diagnostics.RelativeDirectory, refused.Diagnostic);
        Assert.Equal(["some/cache"], refused.Arguments);
    }

    [Fact]
    public void A_folder_is_taken_without_the_separator_at_its_end() =>
        Assert.Equal(s_folder, Parse(new RawSettings { Directory = s_folder + Path.DirectorySeparatorChar }).Directory);

    [Fact]
    public void Requiring_hits_cannot_go_with_never_looking_up() =>
        Assert.Same(Diagnostics.RequireHitWithWrite, Assert.Throws<CacheException>(() => Parse(new RawSettings { RequireHit = "true", Mode = "write" })).Diagnostic);

    [Fact]
    public void Relocatable_is_automatic_on_a_CI_machine()
    {
        Assert.True(Parse(new RawSettings { IsCi = true }).Relocatable);
        Assert.False(Parse(new RawSettings { Relocatable = "false", IsCi = true }).Relocatable);
    }

    [Fact]
    public void The_default_folder_follows_the_platforms_variable()
    {
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal("/elsewhere/buildcache", CacheSettings.DefaultDirectory(_ => "/elsewhere"));
            Assert.EndsWith("/.cache/buildcache", CacheSettings.DefaultDirectory(_ => "relative"), StringComparison.Ordinal);
        }
    }

    private static CacheSettings Parse(RawSettings raw) => CacheSettings.Parse(raw, static _ => null);

    private static RawSettings With(string property, string value)
    {
        RawSettings raw = new();
        typeof(RawSettings).GetProperty(property["BuildCache".Length..])!.SetValue(raw, value);
        return raw;
    }
}
