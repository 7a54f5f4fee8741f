package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs as they are packaged have every class of ours that ours refer to. Tests run with a
/// wider class path: a dependency of scope `test` hides one that is needed when the program runs.
final class PackagedClassPathTest {
  private static final Path ROOT = Path.of(System.getProperty("project.root"));

  @ParameterizedTest
  @ValueSource(strings = {"cli", "benchmarks"})
  void hasEveryClass(String module) throws IOException {
    Path target = ROOT.resolve(module).resolve("target");
    assumeTrue(
        Files.isDirectory(target.resolve("lib")),
        target + "/lib is not there: mvn package makes it");
    List<Path> libraries = jars(target.resolve("lib"));
    List<Path> ours = jars(target);
    libraries.stream().filter(PackagedClassPathTest::isOurs).forEach(ours::add);
    assertTrue(ours.size() > 3, ours.toString());
    assertEquals(List.of(), missing(libraries, ours));
  }

  private static List<Path> jars(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".jar"))
          .collect(Collectors.toCollection(ArrayList::new));
    }
  }

  /// Libraries of ours have the name of their module.
  private static boolean isOurs(Path library) {
    String name = library.getFileName().toString().replaceFirst("-[0-9].*", "");
    return Files.exists(ROOT.resolve(name).resolve("pom.xml"));
  }

  private static List<String> missing(List<Path> libraries, List<Path> ours) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--missing-deps", "--multi-release", "25", "-cp"));
    arguments.add(
        libraries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    ours.forEach(jar -> arguments.add(jar.toString()));
    StringWriter out = new StringWriter();
    ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
    int _ = jdeps.run(new PrintWriter(out), new PrintWriter(out), arguments.toArray(String[]::new));
    return out.toString().lines().filter(line -> line.contains("-> io.sketchstream.")).toList();
  }
}
