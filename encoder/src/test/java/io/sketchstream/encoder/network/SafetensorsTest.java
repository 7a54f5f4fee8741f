package io.sketchstream.encoder.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SafetensorsTest {
  @TempDir Path directory;

  private static Weights sample() {
    return new Weights(new LinkedHashMap<>())
        .with("b", new Tensor(List.of(2, 3), new float[] {1, -2, 0.5f, 65504, 0, 1e-3f}))
        .with("a", new Tensor(List.of(), new float[] {3}))
        .with("empty", new Tensor(List.of(0, 4), new float[0]));
  }

  private Path file(String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    return Files.write(directory.resolve("file.safetensors"), bytes.array());
  }

  private static String refusal(Path file) {
    return assertThrows(BrokenModelException.class, () -> Weights.read(file)).getMessage();
  }

  @Test
  void readsWhatItWrote() throws Exception {
    Path file = directory.resolve("w.safetensors");
    sample().write(file, Weights.Storage.FP32);

    Weights read = Weights.read(file);

    assertEquals(List.copyOf(sample().names()), List.copyOf(read.names()));
    assertEquals(List.of(2, 3), read.get("b").shape());
    assertArrayEquals(sample().get("b").values(), read.get("b").values());
    assertArrayEquals(new float[] {3}, read.get("a").values());
  }

  @Test
  void roundsToTheNearestInHalfPrecision() throws Exception {
    Path file = directory.resolve("w.safetensors");
    sample().write(file, Weights.Storage.FP16);

    float[] read = Weights.read(file).get("b").values();

    assertArrayEquals(new float[] {1, -2, 0.5f, 65504, 0, 0.0010004044f}, read);
  }

  @Test
  void refusesEveryTruncation() throws Exception {
    Path file = directory.resolve("w.safetensors");
    sample().write(file, Weights.Storage.FP32);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertTrue(refusal(file).contains("w.safetensors"));
    }
  }

  @Test
  void refusesADamagedHeaderOrStaysWithinTheFile() throws Exception {
    Path file = directory.resolve("w.safetensors");
    sample().write(file, Weights.Storage.FP32);
    byte[] whole = Files.readAllBytes(file);
    long seed = Long.getLong("tests.seed", 7);
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = whole.clone();
      int at = random.nextInt(whole.length);
      damaged[at] = (byte) random.nextInt(256);
      Files.write(file, damaged);
      try {
        Weights.read(file);
      } catch (BrokenModelException refused) {
        assertTrue(refused.getMessage().contains("safetensors"), "seed " + seed + ", run " + i);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'x':{'dtype':'BF16','shape':[2],'data_offsets':[0,4]}} | 4 | is of type BF16",
        "{'x':{'dtype':'I64','shape':[1],'data_offsets':[0,8]}} | 8 | is of type I64",
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}} | 4 | has 4 bytes",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 8 | belong to no tensor",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | 8 | not where it should be",
        "{'x':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}} | 4 | entry of tensor x",
        "{'x':{'dtype':'F32','shape':[65536,65536],'data_offsets':[0,4]}} | 4 | entry of tensor x",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,99999999999]}} | 4 | is truncated",
        "{'x':{'dtype':'F32','shape':[1]}} | 0 | entry of tensor x",
        "[1,2] | 0 | not a JSON object",
        "{'x | 0 | not JSON",
      })
  void refusesByName(String header, int dataBytes, String reason) throws Exception {
    String message = refusal(file(header.replace('\'', '"'), dataBytes));
    assertTrue(message.contains(reason), message);
  }

  @Test
  void refusesTensorsThatOverlap() throws Exception {
    String header =
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
            + "'y':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}}";
    assertTrue(refusal(file(header.replace('\'', '"'), 12)).contains("tensor y is not where"));
  }

  @Test
  void namesAMissingFile() {
    assertTrue(refusal(directory.resolve("none")).startsWith("there is no file"));
  }
}
