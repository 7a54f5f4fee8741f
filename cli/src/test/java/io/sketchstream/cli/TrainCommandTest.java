package io.sketchstream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.DefaultModel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  @Test
  void calibratesNothingWithoutAModelOrWithTooFewPictures() throws Exception {
    String[] model = {"calibrate", "--model", folder.resolve("none").toString()};
    assertEquals(Main.FAILED, run(model));
    assertTrue(err.toString().contains("none"), err::toString);
    assertEquals(Main.FAILED, run("calibrate", "--model", folder.toString(), "--pictures", "4"));
    assertTrue(err.toString().contains("--pictures 40"), err::toString);
    Path shipped = folder.resolve("shipped");
    DefaultModel.unpack(shipped);
    Path photo = folder.resolve("photos/cat/a.png");
    Path sketch = folder.resolve("sketches/cat/b.png");
    for (Path picture : List.of(photo, sketch)) {
      Files.createDirectories(picture.getParent());
      Files.write(picture, new byte[1]);
    }
    String[] few = {
      "calibrate",
      "--model",
      shipped.toString(),
      "--photos",
      folder.resolve("photos").toString(),
      "--sketches",
      folder.resolve("sketches").toString()
    };
    assertEquals(Main.FAILED, run(few));
    assertTrue(err.toString().contains("there are 1 photos and 1 sketches"), err::toString);
  }

  private int run(String... arguments) {
    CommandLine line = Main.commandLine(arguments);
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }
}
