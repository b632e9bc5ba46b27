using System.Globalization;
using System.Text;

namespace PgHa;

/// <summary>Draws a plan: the steps numbered in their order, under the servers they are about.</summary>
public static class PlanTree
{
    /// <summary>The plan as lines.</summary>
    /// <param name="title">What the whole of it does.</param>
    /// <param name="steps">The steps, each after those it requires.</param>
    /// <remarks>
    /// A step that waits for the one above it needs no words; one that waits for others names their numbers. What waits
    /// for nothing of each other is done side by side.
    /// </remarks>
    public static string Draw(string title, IReadOnlyList<PlanStep> steps)
    {
        StringBuilder tree = new(title);
        string indent = new(' ', steps.Count.ToString(CultureInfo.InvariantCulture).Length);
        for (int i = 0; i < steps.Count; i++)
        {
            PlanStep step = steps[i];
            bool isNewTarget = i == 0 || steps[i - 1].Target != step.Target;
            if (isNewTarget)
                tree.Append('\n').Append("  ").Append(step.Target);
            string number = (i + 1).ToString(CultureInfo.InvariantCulture).PadLeft(indent.Length);
            tree.Append('\n').Append("    ").Append(number).Append(". ")
                .Append(step.Description.Replace("\n", "\n      " + indent, StringComparison.Ordinal)).Append(After(step, i, isNewTarget));
        }

        return tree.ToString();
    }

    private static string After(PlanStep step, int place, bool isNewTarget)
    {
        if (step.After.Count == 0)
            return place == 0 ? "" : " (at once)";
        if (!isNewTarget && step.After is [var only] && only == place - 1)
            return "";
        return $" (after {string.Join(", ", step.After.Order().Select(index => (index + 1).ToString(CultureInfo.InvariantCulture)))})";
    }
}
