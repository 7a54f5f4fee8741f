package io.sketchstream.endtoend;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `services -> encoder -> event-contracts`, and services share topics, not classes.
final class ModuleBoundariesTest {
  private static final String EVENTS = "io.sketchstream.events..";
  private static final String ENCODER = "io.sketchstream.encoder..";
  private static final String BROKER = "io.sketchstream.broker..";
  private static final List<String> SERVICES =
      List.of(
          "io.sketchstream.ingest..",
          "io.sketchstream.embed..",
          "io.sketchstream.query..",
          "io.sketchstream.training..");

  private static JavaClasses ours;

  @BeforeAll
  static void readClasses() {
    ours =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            // They compare us with others, and so know everybody.
            .withImportOption(location -> !location.contains("/benchmarks"))
            .importPackages("io.sketchstream");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"events", "encoder", "shell", "broker", "ingest", "embed", "query", "training"})
  void everyModuleIsSeen(String module) {
    assertFalse(
        ours.stream().noneMatch(c -> c.getPackageName().startsWith("io.sketchstream." + module)),
        "no class of " + module + " is on the class path: these rules would hold of nothing");
  }

  @Test
  void contractsDependOnNothingOfOurs() {
    noClasses()
        .that()
        .resideInAPackage(EVENTS)
        .should()
        .dependOnClassesThat(
            com.tngtech.archunit.base.DescribedPredicate.describe(
                "are another module of ours",
                c ->
                    c.getPackageName().startsWith("io.sketchstream.")
                        && !c.getPackageName().startsWith("io.sketchstream.events")))
        .check(ours);
  }

  @Test
  void theShellKnowsOnlyTheContracts() {
    noClasses()
        .that()
        .resideInAPackage("io.sketchstream.shell..")
        .should()
        .dependOnClassesThat(
            com.tngtech.archunit.base.DescribedPredicate.describe(
                "are a service or another module of ours",
                c ->
                    c.getPackageName().startsWith("io.sketchstream.")
                        && !c.getPackageName().startsWith("io.sketchstream.events")
                        && !c.getPackageName().startsWith("io.sketchstream.shell")))
        .check(ours);
  }

  @Test
  void contractsKnowOnlyKafkasClientAndProtobuf() {
    classes()
        .that()
        .resideInAPackage(EVENTS)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            EVENTS,
            "java..",
            "org.apache.kafka.clients..",
            "org.apache.kafka.common..",
            "com.google.protobuf..")
        .check(ours);
  }

  @Test
  void encoderKnowsNoServiceNoBrokerAndNoContainer() {
    noClasses()
        .that()
        .resideInAPackage(ENCODER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.sketchstream.ingest..",
            "io.sketchstream.embed..",
            "io.sketchstream.query..",
            "io.sketchstream.training..",
            "io.sketchstream.standalone..",
            "io.sketchstream.cli..",
            BROKER,
            "io.quarkus..",
            "org.apache.lucene..")
        .check(ours);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "embed", "query", "training"})
  void noServiceDependsOnAnother(String service) {
    String own = "io.sketchstream." + service + "..";
    String[] others = SERVICES.stream().filter(s -> !s.equals(own)).toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(own)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .check(ours);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "embed", "query", "training"})
  void noServiceKnowsTheEmbeddedBrokerOrStandalone(String service) {
    noClasses()
        .that()
        .resideInAPackage("io.sketchstream." + service + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(BROKER, "io.sketchstream.standalone..", "io.sketchstream.cli..")
        .check(ours);
  }

  @Test
  void onlyTheEncoderAndTrainingTouchLibtorch() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ENCODER, "io.sketchstream.training..", "io.sketchstream.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(ours);
  }

  @Test
  void onlyQueryTouchesLucene() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.sketchstream.query..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.lucene..")
        .check(ours);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.sketchstream.(**)").should().beFreeOfCycles().check(ours);
  }
}
