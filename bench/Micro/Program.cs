using System.Runtime.CompilerServices;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;

// dotnet run -c Release --project bench/Micro -- --filter '*'
// For a quick look: --filter '*' --job dry --inProcess
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.WithArtifactsPath(Results()));

static string Results([CallerFilePath] string here = "") =>
    Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "artifacts", "benchmarks"));
