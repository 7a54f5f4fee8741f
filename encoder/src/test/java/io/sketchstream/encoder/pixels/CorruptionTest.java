package io.sketchstream.encoder.pixels;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Sketch;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Damages valid files at random places: each must be decoded or refused, soon. `-Dtests.seed=`
/// repeats a run.
@Timeout(120)
class CorruptionTest {
  private static final int ROUNDS = 4000;

  private static final String SVG_CHARACTERS = "zZmMlcsqtahv0123456789.,- ()#%;:eE*!";

  private final long seed = Long.getLong("tests.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void decodesOrRefusesDamagedImages() {
    ImageDecoder decoder =
        new ImageDecoder(new ImageLimits(1 << 20, 4_000_000, Duration.ofSeconds(10)));
    List<byte[]> files = new ArrayList<>(RefusalTest.valid().values());
    files.add(Pictures.resource("alpha.webp"));
    files.add(Pictures.write(Pictures.picture(BufferedImage.TYPE_BYTE_GRAY), "png"));
    files.add(Pictures.write(Pictures.picture(BufferedImage.TYPE_BYTE_INDEXED), "png"));
    files.add(
        Pictures.withOrientation(
            Pictures.jpeg(Pictures.picture(BufferedImage.TYPE_INT_RGB), true), 6));
    int decoded = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] damaged = damage(files.get(random.nextInt(files.size())));
      try {
        BufferedImage image = decoder.decode(damaged);
        assertTrue(image.getWidth() > 0 && image.getHeight() > 0, this::where);
        decoded++;
      } catch (RefusedImageException refused) {
        assertSaysWhySoon(refused);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(where() + ", round " + round, e);
      }
    }
    int share = decoded;
    assertTrue(share > ROUNDS / 100, () -> where() + ": only " + share + " were decoded");
  }

  @Test
  void rendersOrRefusesDamagedSketches() {
    SketchRenderer renderer = new SketchRenderer();
    byte[] svg =
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200"><defs><g id="a">
        <path d="M10 10 C 20 20, 40 20, 50 10 A 3 4 0 1 1 5 5 Z" stroke="black"/></g></defs>
        <style>.b { stroke: red; stroke-width: 3px }</style><use href="#a" x="5"/>
        <circle class="b" cx="50" cy="40" r="12"/><text x="9" y="9">hi</text>
        <g transform="rotate(3 4 5)" style="fill: red"><polygon points="1,2 3,4 5 6"/></g>
        <path d="m1 1h2v3z m2 2 c1 1 2 2 3 3s1 1 2 2q1 1 2 2t2 2l5-1z"/></svg>
        """
            .getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < ROUNDS / 2; round++) {
      byte[] damaged = round % 2 == 0 ? damage(svg) : misspell(svg);
      Sketch sketch = SketchRendererTest.raster(damaged);
      try {
        renderer.render(sketch, 64);
      } catch (RefusedImageException refused) {
        assertSaysWhySoon(refused);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(where() + ", round " + round, e);
      }
    }
  }

  private byte[] damage(byte[] file) {
    byte[] damaged = file.clone();
    int places = 1 + random.nextInt(random.nextBoolean() ? 3 : 30);
    for (int i = 0; i < places; i++) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
    }
    return damaged;
  }

  /// Other characters that a drawing may have, so that it mostly stays well-formed.
  private byte[] misspell(byte[] text) {
    byte[] misspelt = text.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      misspelt[random.nextInt(misspelt.length)] =
          (byte) SVG_CHARACTERS.charAt(random.nextInt(SVG_CHARACTERS.length()));
    }
    return misspelt;
  }

  private void assertSaysWhySoon(RefusedImageException refused) {
    String reason = refused.getMessage();
    assertTrue(
        !reason.isBlank() && !reason.contains("takes longer"), () -> where() + ": " + reason);
  }

  private String where() {
    return "-Dtests.seed=" + seed;
  }
}
