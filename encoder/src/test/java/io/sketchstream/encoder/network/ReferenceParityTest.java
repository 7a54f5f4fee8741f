package io.sketchstream.encoder.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sketchstream.encoder.pixels.PreparedImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The networks against outputs that another framework computed from the same published weights.
final class ReferenceParityTest {
  private static final Path WEIGHTS =
      Path.of(System.getProperty("project.root"), "../shared/data/weights");

  @ParameterizedTest
  @CsvSource({"mobilenet_v2, 1e-4", "squeezenet1_1, 1e-4", "mobilenet_v1_075, 2e-4"})
  void agreesWithTheReference(String name, float tolerance) throws Exception {
    Path directory = WEIGHTS.resolve(name);
    Assumptions.assumeTrue(
        Files.isDirectory(directory), () -> "skipped: " + directory + " is not on this machine");
    Network network = Network.named(name);
    Weights expected = Weights.read(directory.resolve("expected.safetensors"));
    JsonNode reference =
        new JsonMapper().readTree(Files.readString(directory.resolve("reference.json")));

    try (TorchNetwork torch =
        TorchNetwork.open(
            network,
            network.read(directory.resolve("model.safetensors")),
            Precision.FP32,
            Device.cpu())) {
      int cases = 0;
      for (JsonNode test : reference.required("cases")) {
        PreparedImage image = read(WEIGHTS.resolve(test.required("image").asText()));
        float[] output = torch.run("trunk", List.of(image))[0];
        float[] wanted = expected.get(test.required("output").asText()).values();
        assertEquals(wanted.length, output.length);
        float difference = 0;
        for (int i = 0; i < wanted.length; i++) {
          difference = Math.max(difference, Math.abs(wanted[i] - output[i]));
        }
        System.out.printf("%s %s: %.2e%n", name, test.required("output").asText(), difference);
        assertTrue(difference <= tolerance, name + " is off by " + difference);
        cases++;
      }
      assertEquals(6, cases);
    }
  }

  private static PreparedImage read(Path png) throws IOException {
    BufferedImage image = ImageIO.read(png.toFile());
    byte[] rgb = new byte[image.getWidth() * image.getHeight() * 3];
    int i = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int pixel = image.getRGB(x, y);
        rgb[i++] = (byte) (pixel >> 16);
        rgb[i++] = (byte) (pixel >> 8);
        rgb[i++] = (byte) pixel;
      }
    }
    return new PreparedImage(rgb, image.getWidth());
  }
}
