package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Option;

/// The completion of the launcher's own commands, which the command line does not have.
final class CompletionTest {
  @TempDir Path directory;

  @Test
  void knowsUpAsItIs() throws Exception {
    String script = script();
    TreeSet<String> expected = new TreeSet<>();
    for (Field field : Class.forName("io.sketchstream.standalone.UpOptions").getDeclaredFields()) {
      Option option = field.getAnnotation(Option.class);
      if (option != null && !option.usageHelp()) {
        expected.addAll(List.of(option.names()));
      }
    }
    String up = script.substring(script.indexOf("function _picocli_sketchstream_up()"));
    String options =
        Pattern.compile("arg_opts=\"([^\"]*)\"")
            .matcher(up)
            .results()
            .findFirst()
            .orElseThrow()
            .group(1);
    assertEquals(expected, new TreeSet<>(List.of(options.replace("'", "").split(" "))));
  }

  @Test
  void knowsEveryCommand() throws Exception {
    String script = script();
    for (String command : List.of("up", "test", "bench", "help", "status", "search")) {
      assertTrue(script.contains("_picocli_sketchstream_" + command + "()"), command);
    }
  }

  private String script() throws Exception {
    CliProcess.Ran ran = CliProcess.run(directory, "completion");
    assertEquals(0, ran.exitCode());
    return ran.output();
  }
}
