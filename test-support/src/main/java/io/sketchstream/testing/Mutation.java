package io.sketchstream.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;

/// Damages files at random, as transfers, careless writers and attackers do.
public final class Mutation {
  private static final int[] EXTREMES = {
    0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, -1, 0x10000, 46_000
  };
  private static final String SVG_CHARACTERS = "zZmMlcsqtahv0123456789.,- ()#%;:eE*!";
  private static final String[] NUMBERS = {
    "0", "-1", "1e-7", "1e7", "1e38", "NaN", "99999999999", "0.00001", "-0", "100%", "1e400"
  };
  private static final int PNG_SIGNATURE_SIZE = 8;

  private final Random random;

  /// @param random where the damage comes from; the same seed gives the same files
  public Mutation(Random random) {
    this.random = random;
  }

  /// A damaged copy of a file that is not empty.
  public byte[] of(byte[] file) {
    byte[] mutated =
        switch (random.nextInt(6)) {
          case 0 -> extremes(file);
          case 1 -> Arrays.copyOf(file, random.nextInt(file.length) + 1);
          case 2 -> repeated(file);
          default -> bytes(file);
        };
    boolean png = mutated.length > PNG_SIGNATURE_SIZE && mutated[1] == 'P' && mutated[2] == 'N';
    // Otherwise every mutation ends at the first checksum.
    return png && random.nextInt(4) > 0 ? withChecksums(mutated) : mutated;
  }

  /// Other characters that a drawing may have, and other numbers, so that it mostly stays
  /// well-formed.
  public String of(String svg) {
    StringBuilder mutated = new StringBuilder(svg);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(mutated.length());
      if (random.nextBoolean()) {
        mutated.setCharAt(at, SVG_CHARACTERS.charAt(random.nextInt(SVG_CHARACTERS.length())));
        continue;
      }
      while (at < mutated.length() && !Character.isDigit(mutated.charAt(at))) {
        at++;
      }
      int end = at;
      while (end < mutated.length() && Character.isDigit(mutated.charAt(end))) {
        end++;
      }
      mutated.replace(at, end, at == end ? "" : NUMBERS[random.nextInt(NUMBERS.length)]);
    }
    return mutated.toString();
  }

  private byte[] bytes(byte[] file) {
    byte[] mutated = file.clone();
    int places = 1 + random.nextInt(random.nextBoolean() ? 3 : 30);
    for (int i = 0; i < places; i++) {
      mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
    }
    return mutated;
  }

  private byte[] extremes(byte[] file) {
    byte[] mutated = file.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int size = 1 << random.nextInt(3);
      // Mostly in the header.
      int range = random.nextBoolean() ? Math.min(file.length, 200) : file.length;
      int at = random.nextInt(Math.max(1, range - size));
      int value = EXTREMES[random.nextInt(EXTREMES.length)];
      boolean little = random.nextBoolean();
      for (int j = 0; j < size && at + j < mutated.length; j++) {
        mutated[at + j] = (byte) (value >> 8 * (little ? j : size - 1 - j));
      }
    }
    return mutated;
  }

  private byte[] repeated(byte[] file) {
    int from = random.nextInt(file.length);
    int length = random.nextInt(Math.min(200, file.length - from) + 1);
    int to = random.nextInt(file.length);
    ByteArrayOutputStream mutated = new ByteArrayOutputStream();
    mutated.write(file, 0, to);
    mutated.write(file, from, length);
    mutated.write(file, to, file.length - to);
    return mutated.toByteArray();
  }

  private static byte[] withChecksums(byte[] png) {
    ByteBuffer in = ByteBuffer.wrap(png);
    int at = PNG_SIGNATURE_SIZE;
    while (at + 12 <= png.length) {
      int length = in.getInt(at);
      if (length < 0 || length > png.length - at - 12) {
        break;
      }
      CRC32 sum = new CRC32();
      sum.update(png, at + 4, length + 4);
      in.putInt(at + 8 + length, (int) sum.getValue());
      at += 12 + length;
    }
    return png;
  }
}
