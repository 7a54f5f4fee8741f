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
  void namesTheMissingFolder() {
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
  void readsAWideDataset() {
    Path nowhere = folder.resolve("nowhere");
    String[] missing = {"train", "--wide", nowhere.toString(), "--out", folder.toString()};
    assertEquals(Main.FAILED, run(missing));
    assertTrue(err.toString().contains(nowhere.resolve("splits.json").toString()), err::toString);
    String[] incomplete = {
      "train",
      "--wide",
      nowhere.toString(),
      "--words",
      nowhere.toString(),
      "--out",
      folder.toString()
    };
    assertEquals(Main.FAILED, run(incomplete));
    assertTrue(err.toString().contains("words need a folder of drawings"), err::toString);
  }

  @Test
  void recordsTheReproducingCommandInTheManifest() {
    assertEquals(
        "./sketchstream train --out a",
        TrainCommand.command(List.of("train", "--out", "a", "--resume")));
  }

  @Test
  void acceptsRecipesByName() {
    assertEquals(2, run("train", "--recipe", "soup", "--out", folder.toString()));
    assertTrue(err.toString().contains("not standard, default-model or tursun2022"), err::toString);
  }

  @Test
  void requiresTheFolderOfAPublishedDataset() {
    String[] rootless = {
      "train", "--recipe", "tursun2022", "--published", "sketchy-2", "--out", folder.toString()
    };
    assertEquals(Main.FAILED, run(rootless));
    assertTrue(err.toString().contains("--root DIR"), err::toString);
    assertEquals(2, run("train", "--published", "imagenet", "--out", folder.toString()));
    assertTrue(err.toString().contains("tu-berlin"), err::toString);
  }

  @Test
  void refusesToTrainOnUnseenClassesOfARelease() throws Exception {
    Path photos = Files.createDirectories(folder.resolve("ImageResized"));
    String[] leak = {
      "train",
      "--photos",
      photos.toString(),
      "--sketches",
      folder.resolve("png").toString(),
      "--out",
      folder.resolve("out").toString()
    };
    assertEquals(Main.FAILED, run(leak));
    assertTrue(err.toString().contains("TU-Berlin Extended"), err::toString);
    assertTrue(err.toString().contains("--published tu-berlin"), err::toString);
    assertTrue(Files.notExists(folder.resolve("out/config.json")));
  }

  @Test
  void requiresWordsForTheOpenWorld() {
    Path words = folder.resolve("words.json");
    assertEquals(Main.FAILED, run("evaluate", "--open-world", words.toString()));
    assertTrue(err.toString().contains(words.toString()), err::toString);
  }

  @Test
  void refusesUnknownSettings() {
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
