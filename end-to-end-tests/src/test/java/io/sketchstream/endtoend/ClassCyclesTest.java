package io.sketchstream.endtoend;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SliceRule;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Circles between classes of one package, of which only the defended ones are allowed. Those of
/// different packages are excluded by [ModuleBoundariesTest].
final class ClassCyclesTest {
  /// A dependency that closes a circle between classes of one package, and why it stays.
  private record Defended(String from, String to, String reason) {}

  private static final List<Defended> DEFENDED =
      List.of(
          new Defended(
              "encoder.network.Weights",
              "encoder.network.Safetensors",
              "weights are read and written by their own methods; the file format is kept apart"),
          new Defended(
              "encoder.network.NetworkSpec",
              "encoder.network.Network",
              "the kind of output is public API of the network and is named in its spec"),
          new Defended(
              "encoder.network.Network",
              "encoder.network.WeightsCheck",
              "check(weights) is a method of the network; its rules are kept apart"),
          new Defended(
              "shell.tracing.Step",
              "shell.tracing.Tracing",
              "a step begins its sub-steps with the tracer that it belongs to"),
          new Defended(
              "query.index.Refresher",
              "query.index.ShardView",
              "a view registers itself with the thread that refreshes it while it is open"),
          new Defended(
              "query.standing.ShardWatch",
              "query.standing.Matcher",
              "a watch registers itself with the thread that makes it tell while it is active"),
          new Defended(
              "query.fanout.PendingFanOut",
              "query.fanout.FanOut",
              "one search in progress uses the peers and limits of the fan-out that began it"),
          new Defended(
              "query.search.SearchQuery",
              "query.search.Cursors",
              "a query holds the cursor it begins at; the next cursor depends on the query"),
          new Defended(
              "store.ArtifactStore",
              "store.DirectoryStore",
              "open(location) of the interface chooses the implementation"),
          new Defended(
              "store.ArtifactStore",
              "store.S3Store",
              "open(location) of the interface chooses the implementation"));

  private static JavaClasses ours;

  @BeforeAll
  static void read() {
    ours = MavenModules.classes();
  }

  @Test
  void hasOnlyDefendedCyclesBetweenClasses() {
    SliceRule rule =
        slices()
            .assignedFrom(
                new SliceAssignment() {
                  @Override
                  public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                    String name = topLevel(javaClass);
                    // Generated: a message and its interface know each other.
                    return name.endsWith("OrBuilder")
                        ? SliceIdentifier.ignore()
                        : SliceIdentifier.of(name);
                  }

                  @Override
                  public String getDescription() {
                    return "top-level classes";
                  }
                })
            .should()
            .beFreeOfCycles();
    for (Defended edge : DEFENDED) {
      rule = rule.ignoreDependency(isPartOf(edge.from()), isPartOf(edge.to()));
    }
    rule.check(ours);
  }

  /// A defence of a dependency that is gone would allow it to come back.
  @Test
  void listsOnlyExistingDependencies() {
    for (Defended edge : DEFENDED) {
      assertTrue(
          ours.stream()
              .filter(isPartOf(edge.from()))
              .flatMap(from -> from.getDirectDependenciesFromSelf().stream())
              .anyMatch(dependency -> isPartOf(edge.to()).test(dependency.getTargetClass())),
          edge::toString);
    }
  }

  private static DescribedPredicate<JavaClass> isPartOf(String topLevel) {
    return describe(topLevel, c -> topLevel(c).equals("io.sketchstream." + topLevel));
  }

  private static String topLevel(JavaClass nested) {
    JavaClass outer = nested;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer.getName();
  }
}
