package io.sketchstream.endtoend;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The layout of the modules, checked twice: by the dependencies of the poms and by those of the
/// classes.
///
/// ```
/// event-contracts <── images <── encoder <── trainer <── training-service ─┐
///        ^              ^           ^                                      ├──> standalone
///        └── service-shell <── ingest-, embed-, query-service ─────────────┘
/// ```
final class ModuleBoundariesTest {
  private static final String TORCH = "ai.djl";

  private static JavaClasses ours;
  private static MavenModules modules;

  @BeforeAll
  static void read() throws Exception {
    modules = MavenModules.read();
    ours = MavenModules.classes();
  }

  /// Without classes every rule would pass.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "events",
        "score",
        "images",
        "encoder",
        "trainer",
        "store",
        "shell",
        "broker",
        "ingest",
        "embed",
        "query",
        "training",
        "standalone",
        "cli"
      })
  void everyModuleIsOnTheClassPath(String module) {
    assertTrue(ours.stream().anyMatch(in(module)), "no class of " + module);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "embed", "query", "training"})
  void onlyStandaloneAndBenchmarksDependOnAService(String service) {
    TreeSet<String> users = modules.usersOf(service + "-service");
    users.removeAll(Set.of("standalone", "benchmarks"));
    assertEquals(Set.of(), users);
    noClasses()
        .that(not(in(service)))
        .and(not(in("standalone")))
        .should()
        .dependOnClassesThat(in(service))
        .check(ours);
  }

  @Test
  void mainCodeDoesNotDependOnTestSupport() {
    assertEquals(Set.of(), modules.usersOf("test-support"));
    noClasses().that(not(in("testing"))).should().dependOnClassesThat(in("testing")).check(ours);
  }

  @Test
  void onlyEncoderTrainerEmbedAndTrainingUseTorch() {
    Set<String> allowed = Set.of("encoder", "trainer", "embed-service", "training-service");
    TreeSet<String> users = new TreeSet<>(modules.declared().keySet());
    users.removeIf(
        module -> allowed.contains(module) || !usesTorch(modules.declared().get(module)));
    assertEquals(Set.of(), users);
    noClasses()
        .that(not(in("encoder", "trainer", "embed", "training")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(TORCH + "..")
        .check(ours);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest-service", "query-service"})
  void torchIsNotOnTheClassPathOf(String module) {
    assertFalse(usesTorch(modules.classPath(module)), modules.classPath(module).toString());
    assertTrue(usesTorch(modules.classPath("embed-service")));
  }

  @Test
  void commandLineHasNoServiceOnItsClassPath() {
    TreeSet<String> classPath = modules.classPath("cli");
    assertTrue(classPath.stream().noneMatch(a -> a.endsWith("-service")), classPath.toString());
  }

  @Test
  void contractsUseOnlyKafkasClientAndProtobuf() {
    usesOfOurs("events");
    classes()
        .that(in("events"))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.sketchstream.events..",
            "java..",
            "org.apache.kafka.clients..",
            "org.apache.kafka.common..",
            "com.google.protobuf..")
        .check(ours);
  }

  @Test
  void imagesUsesOnlyTheContractsAndNoKafkaOrQuarkus() {
    usesOfOurs("images", "events");
    usesNothingOf("images", TORCH + "..", "io.quarkus..", "org.apache.kafka..");
  }

  @Test
  void scoreUsesNothingOfOurs() {
    usesOfOurs("score");
  }

  @Test
  void encoderIsALibraryWithoutKafkaOrQuarkus() {
    usesOfOurs("encoder", "images", "score", "events");
    usesNothingOf("encoder", "io.quarkus..", "org.apache.kafka..", "org.apache.lucene..");
  }

  @Test
  void trainerIsALibraryWithoutKafkaOrQuarkus() {
    usesOfOurs("trainer", "encoder", "images", "score", "events");
    usesNothingOf("trainer", "io.quarkus..", "org.apache.kafka..", "org.apache.lucene..");
  }

  @Test
  void modelStoreIsALibraryWithoutKafkaOrQuarkus() {
    usesOfOurs("store", "encoder", "events");
    usesNothingOf("store", "io.quarkus..", "org.apache.kafka..");
  }

  @Test
  void shellUsesOnlyTheContracts() {
    usesOfOurs("shell", "events");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "query"})
  void ingestAndQueryUseOnlyTheShellImagesAndScore(String service) {
    usesOfOurs(service, "shell", "images", "score", "events");
  }

  @Test
  void embedAndTrainingUseOnlyTheShellModelsAndTheirLibraries() {
    usesOfOurs("embed", "shell", "store", "encoder", "images", "score", "events");
    usesOfOurs("training", "shell", "store", "trainer", "encoder", "images", "score", "events");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "embed", "query", "training"})
  void servicesUseNoBrokerAndNoApplication(String service) {
    noClasses()
        .that(in(service))
        .should()
        .dependOnClassesThat(in("broker", "standalone", "cli"))
        .check(ours);
  }

  @Test
  void onlyQueryUsesLucene() {
    noClasses()
        .that(not(in("query")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.lucene..")
        .check(ours);
  }

  /// Every package is a slice of its own, so this also excludes circles between classes of
  /// different packages.
  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.sketchstream.(**)").should().beFreeOfCycles().check(ours);
  }

  private static boolean usesTorch(Iterable<String> artifacts) {
    for (String artifact : artifacts) {
      if (artifact.startsWith(TORCH)) {
        return true;
      }
    }
    return false;
  }

  private static void usesOfOurs(String module, String... others) {
    String[] allowed = Stream.concat(Stream.of(module), Stream.of(others)).toArray(String[]::new);
    noClasses()
        .that(in(module))
        .should()
        .dependOnClassesThat(
            describe(
                "are another module than " + List.of(allowed),
                c -> c.getPackageName().startsWith("io.sketchstream.") && !in(allowed).test(c)))
        .check(ours);
  }

  private static void usesNothingOf(String module, String... packages) {
    noClasses()
        .that(in(module))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages)
        .check(ours);
  }

  private static DescribedPredicate<JavaClass> in(String... modules) {
    return describe(
        "in " + List.of(modules),
        c ->
            Stream.of(modules)
                .map(module -> "io.sketchstream." + module)
                .anyMatch(
                    p -> c.getPackageName().equals(p) || c.getPackageName().startsWith(p + ".")));
  }

  private static DescribedPredicate<JavaClass> not(DescribedPredicate<JavaClass> other) {
    return DescribedPredicate.not(other);
  }
}
