package io.sketchstream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TrainCommandTest {
  @TempDir private Path folder;

  private final StringWriter err = new StringWriter();

  @Test
  void saysWhichFolderIsMissing() {
    assertEquals(Main.FAILED, run("train", "--out", folder.toString()));
    assertTrue(err.toString().contains("--photos"), err::toString);
    Path nowhere = folder.resolve("nowhere");
    String[] arguments = {
      "train",
      "--out",
      folder.resolve("out").toString(),
      "--photos",
      nowhere.toString(),
      "--sketches",
      nowhere.toString()
    };
    assertEquals(Main.FAILED, run(arguments));
    assertTrue(err.toString().contains(nowhere.toString()), err::toString);
    assertTrue(Files.notExists(folder.resolve("out/manifest.json")));
  }

  @Test
  void refusesSettingsThatDoNotExist() {
    assertEquals(Main.FAILED, run("train", "--out", folder.toString(), "--set", "colour=blue"));
    assertTrue(err.toString().contains("colour"), err::toString);
  }

  @Test
  void evaluatesNothingWithoutFolders() {
    assertEquals(Main.FAILED, run("evaluate", "--model", folder.toString()));
    assertTrue(err.toString().contains("manifest.json"), err::toString);
    assertEquals(2, run("evaluate", "--published", "imagenet"));
    assertTrue(err.toString().contains("sketchy-2"), err::toString);
  }

  private int run(String... arguments) {
    CommandLine line = Main.commandLine(arguments);
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }
}
