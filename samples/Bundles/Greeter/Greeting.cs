using System.IO.Hashing;
using System.Text;

namespace Greeter;

/// <summary>Greets with a number that stands for the name.</summary>
public static class Greeting
{
    public static string For(string name) => $"Hello, {Crc32.HashToUInt32(Encoding.UTF8.GetBytes(name)):x8}";
}
