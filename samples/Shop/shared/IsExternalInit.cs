namespace System.Runtime.CompilerServices;

// netstandard2.0 lacks this type, and the compiler asks for it in records and init accessors.
internal static class IsExternalInit;
