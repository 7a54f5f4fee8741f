package io.sketchstream.encoder.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sketchstream.images.PreparedImage;
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
  @CsvSource({
    "mobilenet_v2, trunk, output, 1e-4",
    "squeezenet1_1, logits, output, 1e-4",
    "mobilenet_v1_075, logits, output, 2e-4",
    "efficientnet_lite0, trunk, features, 1e-4",
    "efficientnet_lite0, logits, logits, 2e-4",
    "efficientnet_lite2, trunk, features, 1e-4",
    "efficientnet_lite2, logits, logits, 2e-4"
  })
  void agreesWithTheReference(String name, String method, String tensor, float tolerance)
      throws Exception {
    Path directory = WEIGHTS.resolve(name);
    Assumptions.assumeTrue(
        Files.isDirectory(directory), () -> "skipped: " + directory + " is not on this machine");
    Weights expected = Weights.read(directory.resolve("expected.safetensors"));
    JsonNode reference =
        new JsonMapper().readTree(Files.readString(directory.resolve("reference.json")));

    try (TorchNetwork torch = open(directory, Network.named(name), method)) {
      int cases = 0;
      for (JsonNode test : reference.required("cases")) {
        PreparedImage image = read(WEIGHTS.resolve(test.required("image").asText()));
        float[] output = torch.run(method, List.of(image))[0];
        String wanted = test.required(tensor).asText();
        float difference = difference(expected.get(wanted).values(), output);
        System.out.printf("%s %s: %.2e%n", name, wanted, difference);
        assertTrue(difference <= tolerance, name + " is off by " + difference);
        cases++;
      }
      assertEquals(6, cases);
    }
  }

  private static TorchNetwork open(Path directory, Network network, String method)
      throws BrokenModelException {
    Path file = directory.resolve("model.safetensors");
    Weights weights =
        method.equals("logits") ? network.readWithClassifier(file) : network.read(file);
    return TorchNetwork.open(network, weights, Precision.FP32, Device.cpu());
  }

  private static float difference(float[] wanted, float[] found) {
    assertEquals(wanted.length, found.length);
    float difference = 0;
    for (int i = 0; i < wanted.length; i++) {
      difference = Math.max(difference, Math.abs(wanted[i] - found[i]));
    }
    return difference;
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
