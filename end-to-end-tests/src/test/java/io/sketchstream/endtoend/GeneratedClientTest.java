package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A client that the OpenAPI Generator made of the API's description compiles and works.
final class GeneratedClientTest {
  private static final Path MODULE = ServerProcess.ROOT.resolve("end-to-end-tests");
  private static final Path SOURCES = MODULE.resolve("target/generated-client/src/main/java");
  private static final Path CALLER =
      MODULE.resolve("src/test/resources/generated-client/Caller.java");

  @TempDir Path directory;

  @Test
  void putsSearchesListsAndReadsAProblem() throws Exception {
    Path classes = compile();
    Path photo = Files.write(directory.resolve("photo.png"), Pictures.png(900));
    try (StandaloneProcess standalone =
            StandaloneProcess.start(
                directory.resolve("home"), "--model", TestModel.directory().toString());
        URLClassLoader loader =
            new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
      Object caller = loader.loadClass("Caller").getDeclaredConstructor().newInstance();
      assertEquals(
          List.of(
              "accepted",
              "generated-1",
              "A drawing",
              "404 404 image 'absent' is not in the gallery"),
          call(caller, standalone.address().toString(), photo));
    }
  }

  @SuppressWarnings("unchecked")
  private static List<String> call(Object caller, String address, Path photo) {
    return ((BiFunction<String, Path, List<String>>) caller).apply(address, photo);
  }

  private Path compile() throws IOException {
    List<Path> sources = new ArrayList<>(List.of(CALLER));
    try (Stream<Path> generated = Files.walk(SOURCES)) {
      generated.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
    }
    assertTrue(sources.size() > 50, sources::toString);
    Path classes = Files.createDirectories(directory.resolve("classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of(
                      "-nowarn",
                      "-proc:none",
                      "-d",
                      classes.toString(),
                      "-classpath",
                      System.getProperty("java.class.path")),
                  null,
                  files.getJavaFileObjectsFromPaths(sources))
              .call();
      assertTrue(compiled, said::toString);
    }
    return classes;
  }
}
