package io.sketchstream.training.labels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GallerySampleTest {
  @TempDir Path home;

  @Test
  void isBoundedAndIndependentOfTheOrderOfImages() throws Exception {
    List<String> ids = new ArrayList<>();
    IntStream.range(0, 500).forEach(i -> ids.add("image-" + i));
    List<Path> first = sample("first", ids);
    Collections.shuffle(ids, new Random(3));
    List<Path> second = sample("second", ids);
    assertEquals(40, first.size());
    assertEquals(names(first), names(second));
  }

  private List<Path> sample(String folder, List<String> ids) throws Exception {
    Path directory = Files.createDirectories(home.resolve(folder));
    PictureFolder pictures = new PictureFolder(directory, 0);
    GallerySample sample = new GallerySample(40, pictures);
    ids.forEach(id -> sample.put(id, id.getBytes(UTF_8)));
    assertEquals(40, sample.size());
    return pictures.gallery();
  }

  @Test
  void forgetsRemovedImages() throws Exception {
    PictureFolder pictures = new PictureFolder(home, 0);
    GallerySample sample = new GallerySample(2, pictures);
    sample.put("a", new byte[1]);
    sample.put("b", new byte[1]);
    sample.remove("a");
    sample.remove("never seen");
    assertEquals(1, pictures.gallery().size());
    assertTrue(sample.wants("c"));
    assertFalse(new GallerySample(0, pictures).wants("c"));
  }

  private static List<String> names(List<Path> files) {
    return files.stream().map(file -> file.getFileName().toString()).toList();
  }
}
