using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using BuildCache.Facts;
using Microsoft.Build.Execution;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>The items of a build's projects without MSBuild's types, those that are the same in project after project only once.</summary>
/// <remarks>
/// The .NET SDK gives each project a hundred items with 500 metadata that say what it knows of frameworks and packs. They are
/// compared with those of the project before, which costs less than to describe and hash them anew. Safe for concurrent use.
/// </remarks>
internal sealed class EvaluatedItems
{
    private readonly ConcurrentDictionary<string, EvaluatedItemType> _last = new(StringComparer.Ordinal);

    /// <summary>All items of a project, by type, less those that say nothing about it.</summary>
    public List<EvaluatedItemType> Of(ProjectInstance project)
    {
        List<EvaluatedItemType> types = new(64);
        foreach (string type in project.ItemTypes)
        {
            if (!ItemFacts.IsTable(type))
            {
                ICollection<ProjectItemInstance> items = project.GetItems(type);
                types.Add(_last.TryGetValue(type, out EvaluatedItemType? last) && AreSame(items, last.Items) ? last : _last[type] = new EvaluatedItemType(type, Describe(items)));
            }
        }

        return types;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool AreSame(ICollection<ProjectItemInstance> items, IReadOnlyList<EvaluatedItem> last)
    {
        if (items.Count != last.Count)
        {
            return false;
        }

        int at = 0;
        foreach (ProjectItemInstance item in items)
        {
            EvaluatedItem other = last[at++];
            if (item.EvaluatedInclude != other.Include || (item.HasCustomMetadata ? !AreSame(((IItemData)item).EnumerateMetadata(), other.Metadata) : other.Metadata.Length > 0))
            {
                return false;
            }
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool AreSame(IEnumerable<KeyValuePair<string, string>> metadata, KeyValuePair<string, string>[] last)
    {
        int at = 0;
        foreach ((string name, string value) in metadata)
        {
            if (at == last.Length || value != last[at].Value || name != last[at].Key)
            {
                return false;
            }

            at++;
        }

        return at == last.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static List<EvaluatedItem> Describe(ICollection<ProjectItemInstance> items)
    {
        List<EvaluatedItem> described = new(items.Count);
        foreach (ProjectItemInstance item in items)
        {
            // IItemData lists what Metadata lists, without an object for each.
            described.Add(new EvaluatedItem(item.EvaluatedInclude, item.HasCustomMetadata ? [.. ((IItemData)item).EnumerateMetadata()] : []));
        }

        return described;
    }
}
