public static class Greeting
{
    public static string Say() => "A plugin from the cache says hello.";
}
