using BuildCache.Facts;
using BuildCache.Hashing;

namespace BuildCache.Gates;

/// <summary>Projects that read outputs of others without a reference to them, as with a HintPath into another project's bin folder.</summary>
/// <remarks>
/// The gate looks at all facts before anything is built or restored, and only a reference tells it that what it looks at
/// is about to change; of what is published behind a build not even that. Such a project is evaluated each time: the project gate looks when its turn comes, as the project itself does.
/// </remarks>
internal static class OutputUse
{
    /// <summary>The projects, those that do so with their reason.</summary>
    public static ProjectRecord[] Checked(IReadOnlyList<ProjectRecord> projects)
    {
        ILookup<string, ProjectRecord> owners = projects
            .Where(project => project.HasOutputs || project.IsUncacheable)
            .SelectMany(project => (IEnumerable<(string Folder, ProjectRecord Project)>)[(project.OutputFolder, project), (project.IntermediateFolder, project), (project.PublishedTo, project)])
            .Where(owned => owned.Folder.Length > 0)
            .ToLookup(owned => owned.Folder, owned => owned.Project, RootMap.Comparer);
        Dictionary<string, ProjectRecord[]> known = new(RootMap.Comparer);
        return [.. projects.Select(Check)];

        ProjectRecord Check(ProjectRecord project)
        {
            if (project.Ineligible.Length > 0 || (project.MustBuild.Length > 0 && !project.KeepsOutputs))
            {
                return project;
            }

            foreach (Fact fact in project.Evaluation.Concat(project.Sources).Where(fact => fact.Kind is FactKind.File or FactKind.Absence or FactKind.Beside or FactKind.Names or FactKind.Tree))
            {
                ProjectRecord? owner = OwnersOf(fact.Name).FirstOrDefault(owner =>
                    !owner.Path.Equals(project.Path, RootMap.Comparison) &&
                    (!project.References.Any(reference => reference.Name == owner.Name) || (owner.KeepsOutputs && RootMap.IsWithin(fact.Name, owner.PublishedTo))));
                if (owner is not null)
                {
                    return project with { MustBuild = $"it reads '{fact.Name.Replace("{repo}/", "", StringComparison.Ordinal)}', an output of '{owner.Path.Replace("{repo}/", "", StringComparison.Ordinal)}', without a reference to that project", PublishedTo = "" };
                }
            }

            return project;
        }

        // Most facts lie in few folders: each is looked for once.
        ProjectRecord[] OwnersOf(string path)
        {
            if (known.TryGetValue(path, out ProjectRecord[]? found))
            {
                return found;
            }

            int end = path.LastIndexOf('/');
            found = [.. owners[path], .. end <= 0 ? [] : OwnersOf(path[..end])];
            return known[path] = found;
        }
    }
}
