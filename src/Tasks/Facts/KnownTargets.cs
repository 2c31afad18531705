namespace BuildCache.Facts;

/// <summary>What packages bring, as looked at one by one in several versions: their targets, and the tasks of these that do something.</summary>
/// <remarks>
/// Looked at means: what such a target reads is an item or property of the evaluated project, a file of the package or an
/// output of the build; what it writes lies in obj or among the files that it says it wrote. What Grpc.Tools reads is a
/// matter of <see cref="ProtocolBuffers"/>. Source Link is off under neutral revisions, and keyed by the commit under exact ones.
/// A name that ends in * stands for all that begin so. MSBuild* is that task on other projects, too. Of the packages marked
/// with (restore) only what they add to restore was looked at. Targets that only warn of an old framework are left out.
/// </remarks>
internal static class KnownTargets
{
    public const string Table = """

        aspire.apphost.sdk (restore)
          AddImplicitAspireAppHostPackage
          AddReferenceToDashboardAndDCP: Exec, Microsoft.NET.Build.Tasks.PickBestRid
          __WarnOnAspireCapabilityMissing
          __WarnOnMininumVsVersionMissing
        aspire.hosting (restore)
          _AspireKeepHex1bWindowsPtySidecars
          _AspirePreserveHex1bNativeBuildLayout
          _AspirePreserveHex1bNativePublishLayout
        aspire.hosting.apphost (restore)
          CreateAspireHostProjectMetadataSources
          CreateAspireProjectMetadataSources
          EmbedAppHostIntermediateOutputPath
          GenerateAspireManifest: Exec
          ResolveAspireCliBundlePaths: ResolveAspireCliBundle, RunAspireCliCommand
          SetDashboardDiscoveryAttributes
          SetOrchestrationDiscoveryAttributes
          SetTerminalHostDiscoveryAttributes
          WriteAspireProjectMetadataSources
          _AspireCheckCliVersion: Exec, ResolveAspireCliInvocation
          _AspireComputeRunArguments
          _CSharpWriteHostProjectMetadataSources: WriteLinesToFile
          _CSharpWriteProjectMetadataSources: WriteLinesToFile
          _CreateAspireProjectResources
          _EnsureAspireManifestPublishOutputPathExists: MakeDir
          _ResolveAspireCliInvocation: ResolveAspireCliInvocation
          _ValidateAspireCliDnxInvocationMode
          _ValidateAspireHostProjectResources: GetNonExecutableReferences, MSBuild*
          _WarnOnAspireCliBundleDisabled
          _WarnOnUnsupportedLanguage
          __ErrorOnGenerateAssemblyInfoDisabled
          __ErrorOnMininumSdkVersionMissing
        benchmarkdotnet
          FilterBenchmarkDotNetPackageAssets
        coverlet.collector
          CopyCoverletDataCollectorFiles: Copy
          ReferencedPathMaps: MSBuild*, WriteLinesToFile
          SetXPlatDataCollectorPath
        coverlet.msbuild
          GenerateCoverageResult: Coverlet.MSbuild.Tasks.CoverageResultTask
          GenerateCoverageResultAfterTest
          InstrumentModules: Coverlet.MSbuild.Tasks.InstrumentationTask
          InstrumentModulesAfterBuild
          InstrumentModulesNoBuild
          ReferencedPathMaps: MSBuild*, WriteLinesToFile
        coverlet.mtp
          CopyCoverletMTPFiles: Copy
          ReferencedPathMaps: MSBuild*, WriteLinesToFile
        grpc.tools
          Protobuf_AfterClean
          Protobuf_AfterCompile
          Protobuf_BeforeClean
          Protobuf_BeforeCompile
          Protobuf_Clean
          Protobuf_Compile
          Protobuf_PrepareClean: ProtoCompilerOutputs
          Protobuf_PrepareCompile: ProtoCompilerOutputs, ProtoReadDependencies
          Protobuf_PrepareCompileOptions
          Protobuf_ReconcileOutputs: Touch
          Protobuf_ResolvePlatform: ProtoToolsPlatform
          _Protobuf_AugmentLanguageCompile
          _Protobuf_Clean_AfterCsClean
          _Protobuf_Compile_BeforeCsCompile
          _Protobuf_CoreClean: Delete
          _Protobuf_CoreCompile: MakeDir, ProtoCompile
          _Protobuf_EnforceInvariants
          _Protobuf_GatherStaleBatched
          _Protobuf_GatherStaleFiles
          _Protobuf_GatherStaleSimple
          _Protobuf_SanityCheck
          _Protobuf_SelectFiles
          _Protobuf_SetProtoRoot
          _Protobuf_SourceFilesProjectOutputGroup
          _gRPC_PrepareCompileOptions
          gRPC_ResolvePluginFullPath
        microsoft.aspnetcore.components.analyzers
          _RemoveComponentAnalyzer
        microsoft.aspnetcore.components.webassembly.server
          _IncludeDebugProxyBinariesAsContent
        microsoft.aspnetcore.mvc.testing
          _AddContentRootForProjectReferences: GenerateMvcTestManifestTask
          _GeneratePublishTestManifest: Copy, GenerateMvcTestManifestTask
          _MvcCopyDependencyFiles: Copy
          _ResolveMvcTestProjectReferences
        microsoft.aspnetcore.openapi
          GenerateAdditionalXmlFilesForOpenApi
        microsoft.aspnetcore.spaproxy
          WriteSpaConfigurationToDisk: WriteLinesToFile
        microsoft.build.tasks.git
          InitializeSourceControlInformationFromSourceControlManager: Microsoft.Build.Tasks.Git.LocateRepository
          SetEmbeddedFilesFromSourceControlManagerUntrackedFiles: Microsoft.Build.Tasks.Git.GetUntrackedFiles
        microsoft.codeanalysis.analyzers
          AddAllResxFilesAsAdditionalFiles
          AddGlobalAnalyzerConfigForPackage_*
          _CodeAnalysisTreatWarningsAsErrors
          _CodeAnalysisTreatWarningsNotAsErrors
        microsoft.codeanalysis.bannedapianalyzers
          AddGlobalAnalyzerConfigForPackage_*
          _CodeAnalysisTreatWarningsAsErrors
        microsoft.codeanalysis.csharp.codestyle
          AddGlobalAnalyzerConfigForPackage_*
        microsoft.codeanalysis.netanalyzers
          AddGlobalAnalyzerConfigForPackage_*
          _CodeAnalysisTreatWarningsAsErrors
          _ReportUpgradeNetAnalyzersNuGetWarning
        microsoft.codeanalysis.publicapianalyzers
          AddGlobalAnalyzerConfigForPackage_*
          _CodeAnalysisTreatWarningsAsErrors
        microsoft.codecoverage
          CopyTraceDataCollectorArtifacts: Copy
          ExcludeTraceDataCollectorArtifactsFromWasmBundle
          MsCoverageReferencedPathMaps: MSBuild*, WriteLinesToFile
        microsoft.extensions.apidescription.client
          GenerateOpenApiCode: MSBuild
          _CreateCompileItemsForOpenApiReferences
          _CreateOpenApiReferenceItemsForOpenApiProjectReferences: MSBuild
          _GenerateErrorsForOldItems
          _GenerateOpenApiCode: MSBuild
          _GetCurrentOpenApiReference: GetCurrentOpenApiReference
          _GetMetadataForOpenApiReferences: GetOpenApiReferenceMetadata
          _InnerGenerateOpenApiCode
          _TieInGenerateOpenApiCode
          _WarnMicrosoftExtensionsApiDescriptionClientDeprecated
        microsoft.extensions.apidescription.server
          GenerateOpenApiDocuments: Exec, MSBuild
          OpenApiGetDocuments: MSBuild, ReadLinesFromFile
          _GenerateOpenApiDocuments
        microsoft.extensions.configuration.binder
          _Microsoft_Extensions_Configuration_Binder_RemoveAnalyzer
        microsoft.extensions.fileproviders.embedded
          _CalculateEmbeddedFilesManifestInputs
          _CreateGeneratedManifestInfoInputsCacheFile: WriteLinesToFile
          _GenerateEmbeddedFilesManifest: GenerateEmbeddedResourcesManifest
        microsoft.extensions.http.resilience
          _CheckGrpcNetClientFactoryVersion
        microsoft.extensions.logging.abstractions
          _Microsoft_Extensions_Logging_AbstractionsAnalyzerMultiTargeting
          _Microsoft_Extensions_Logging_AbstractionsGatherAnalyzers
          _Microsoft_Extensions_Logging_AbstractionsRemoveAnalyzers
        microsoft.extensions.options
          _Microsoft_Extensions_OptionsAnalyzerMultiTargeting
          _Microsoft_Extensions_OptionsGatherAnalyzers
          _Microsoft_Extensions_OptionsRemoveAnalyzers
        microsoft.extensions.telemetry.abstractions
          _Microsoft_Extensions_Logging_AbstractionsRemoveAnalyzers
          _Microsoft_Extensions_Logging_AbstractionsRemoveAnalyzersWPF
        microsoft.net.illink.tasks
          ILLink
          PrepareForILLink: JoinItems
          _ComputeManagedAssemblyToLink: ComputeManagedAssemblies
          _PrepareTrimConfiguration
          _RunILLink: Delete, ILLink, Touch
        microsoft.net.test.sdk
          GenerateProgramFile
        microsoft.sourcelink.azurerepos.git
          TranslateAzureReposGitUrlsInSourceControlInformation: Microsoft.SourceLink.AzureRepos.Git.TranslateRepositoryUrls
          _InitializeAzureReposGitSourceLinkUrl: Microsoft.SourceLink.AzureRepos.Git.GetSourceLinkUrl
        microsoft.sourcelink.bitbucket.git
          TranslateBitbucketGitUrlsInSourceControlInformation: Microsoft.SourceLink.Bitbucket.Git.TranslateRepositoryUrls
          _InitializeBitbucketGitSourceLinkUrl: Microsoft.SourceLink.Bitbucket.Git.GetSourceLinkUrl
        microsoft.sourcelink.common
          GenerateSourceLinkFile
          InitializeSourceControlInformation
          SourceControlManagerPublishTranslatedUrls
          _GenerateSourceLinkFile: Microsoft.SourceLink.Common.GenerateSourceLinkFile
          _InitializeSourceControlInformationFromSourceControlManager
          _InitializeSourceRootMappedPathsOpt
          _SetEmbeddedFilesFromSourceControlManagerUntrackedFiles
          _SetSourceLinkFilePath
          _SourceLinkHasSingleProvider: Microsoft.SourceLink.Common.SourceLinkHasSingleProvider
        microsoft.sourcelink.github
          TranslateGitHubUrlsInSourceControlInformation: Microsoft.SourceLink.GitHub.TranslateRepositoryUrls
          _InitializeGitHubSourceLinkUrl: Microsoft.SourceLink.GitHub.GetSourceLinkUrl
        microsoft.sourcelink.gitlab
          TranslateGitLabUrlsInSourceControlInformation: Microsoft.SourceLink.GitLab.TranslateRepositoryUrls
          _InitializeGitLabSourceLinkUrl: Microsoft.SourceLink.GitLab.GetSourceLinkUrl
        microsoft.testing.extensions.codecoverage
          MsCoverageExtensionReferencedPathMaps: MSBuild*, WriteLinesToFile
        microsoft.testing.platform
          _MTPAddArguments
        microsoft.testing.platform.msbuild
          DispatchToInnerBuildsWithMTPTestTarget: MSBuild*
          GenerateTestingPlatformConfigurationFile
          InvokeTestingPlatform: InvokeTestingPlatformTask
          Test
          VSTest
          _BuildAndInvokeTestingPlatform: MSBuild
          _CalculateGenerateSelfRegisteredExtensions
          _CalculateGenerateTestingPlatformConfigurationFile
          _CalculateGenerateTestingPlatformEntryPoint
          _DetectUserOwnedTestingPlatformConfigurationFile
          _GenerateSelfRegisteredExtensions: TestingPlatformSelfRegisteredExtensions
          _GenerateSelfRegisteredExtensionsFileInputCache: WriteLinesToFile
          _GenerateTestingPlatformConfigurationFileCore: ConfigurationFileTask
          _GenerateTestingPlatformConfigurationFileInputCache: WriteLinesToFile
          _GenerateTestingPlatformEntryPoint: TestingPlatformEntryPointTask
          _GenerateTestingPlatformEntryPointFileInputCache: WriteLinesToFile
          _GetTestingPlatformMSBuildTaskFileHashForEntryPoint: GetFileHash
          _GetTestingPlatformMSBuildTaskFileHashForSelfRegisteredExtensions: GetFileHash
          _IncludeGenerateAutoRegisteredExtensionsIntoCompilation
          _IncludeGenerateTestingPlatformEntryPointIntoCompilation
          _MSBuildTest
          _MTPBeforeVSTest
          _MTPTestTarget
          _MTPTestTargetMultiTargeting
          _RemoveStaleTestingPlatformConfigurationFileFromOutput: Delete
          _RemoveStaleTestingPlatformConfigurationFileFromPublish: Delete
          _SetCustomVSTargetForTest
          _SetCustomVSTargetForVSTest
          _SetTestingPlatformDefaultsForContainerBuild
          _TestRunStart
          _TestingPlatformTest
          _ValidateTestingPlatformHostedEntryPoint
          _ValidateVSTestProperties
        microsoft.testplatform.testhost
          CleanupTestPlatformV2ResourceFolders: RemoveDir
          CopyTestPlatformV2Resources
          GetTestPlatformV2CultureHierarchy
        mstest.testadapter
          CopyMSTestV2Resources
          GetMSTestV2CultureHierarchy
          _AddMSTestUwpRuntimeDependencies
          _MSTestValidateParallelizeProperties
          _RegisterMSTestV2ResourcesForClean
        polysharp
          ConfigurePolySharpMSBuildProperties
          _PolySharpGatherAnalyzers
          _PolySharpRemoveAnalyzersForRoslyn3
          _PolySharpRemoveAnalyzersForRosynNotFound
          _PolySharpWarnForPackagesConfigUse
        system.commandline
          _AddSystemCommandLineExecutableName
        system.reactive
          _RxCheckPackagesConfig
        system.text.json
          _System_Text_JsonAnalyzerMultiTargeting
          _System_Text_JsonGatherAnalyzers
          _System_Text_JsonRemoveAnalyzers
        system.valuetuple
          _AddValueTupleFrameworkDirectory
        xunit.runner.visualstudio
          AddXunitTestAdapterLibs
        xunit.v3.core
          _XunitAttachSourceFiles
          _XunitCopyRunnerDependencies: Copy
          _XunitCreateEntryPointCache: WriteLinesToFile
          _XunitGenerateEntryPoint: XunitGenerateEntryPoint
          _XunitValidateBuild
        xunit.v3.core.mtp-off
          _XunitAttachSourceFiles
          _XunitCopyRunnerDependencies: Copy
          _XunitCreateEntryPointCache: ReadLinesFromFile, WriteLinesToFile
          _XunitGenerateEntryPoint: XunitGenerateEntryPoint
          _XunitValidateBuild
        xunit.v3.core.mtp-v1
          _XunitAttachSourceFiles
          _XunitCopyRunnerDependencies: Copy
          _XunitCreateEntryPointCache: ReadLinesFromFile, WriteLinesToFile
          _XunitGenerateEntryPoint: XunitGenerateEntryPoint
          _XunitValidateBuild
        xunit.v3.core.mtp-v2
          _XunitAttachSourceFiles
          _XunitCopyRunnerDependencies: Copy
          _XunitCreateEntryPointCache: ReadLinesFromFile, WriteLinesToFile
          _XunitGenerateEntryPoint: XunitGenerateEntryPoint
          _XunitValidateBuild

        """;
}
