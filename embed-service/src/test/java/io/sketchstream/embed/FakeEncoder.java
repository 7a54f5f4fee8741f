package io.sketchstream.embed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.encoder.Embedding;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.Preprocessing;
import io.sketchstream.events.Sketch;
import io.sketchstream.images.Patience;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.process.DecoderUnavailableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Embeds bytes: the same bytes and salt give the same vector. Bytes that begin with `refused` are
/// no image, those with `bug` break the decoder, those with `spoil` break the forward pass.
public final class FakeEncoder implements Encoder {
  public static final int DIMENSION = 8;
  private static final int SIZE = 4;

  private final int salt;
  private final long nanosPerImage;
  private final Runnable beforePass;
  private volatile boolean closed;

  /// Sizes of the passes so far.
  public final List<Integer> passes = new CopyOnWriteArrayList<>();

  /// How many of the next images and sketches find no decoder process.
  public final AtomicInteger withoutDecoder = new AtomicInteger();

  /// Sketches that begin with `slow` wait for it.
  public volatile CountDownLatch slow = new CountDownLatch(0);

  public FakeEncoder(int salt, long nanosPerImage, Runnable beforePass) {
    this.salt = salt;
    this.nanosPerImage = nanosPerImage;
    this.beforePass = beforePass;
  }

  public static FakeEncoder fast(int salt) {
    return new FakeEncoder(salt, 0, () -> {});
  }

  public static PreparedImage prepared(String text) {
    byte[] pixels = new byte[SIZE * SIZE * 3];
    new SplittableRandom(text.hashCode()).nextBytes(pixels);
    pixels[0] = (byte) (text.startsWith("spoil") ? 1 : 0);
    return new PreparedImage(pixels, SIZE);
  }

  /// What an image or a sketch of these bytes becomes.
  public Embedding expected(String text) {
    return embed(prepared(text));
  }

  @Override
  public int dimension() {
    return DIMENSION;
  }

  @Override
  public Preprocessing preprocessing() {
    return new Preprocessing() {
      @Override
      public PreparedImage image(byte[] jpeg) throws RefusedImageException {
        if (withoutDecoder.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
          throw new DecoderUnavailableException("no decoder process");
        }
        String text = new String(jpeg, UTF_8);
        if (text.startsWith("refused")) {
          throw new RefusedImageException("not an image");
        }
        if (text.startsWith("bug")) {
          throw new IndexOutOfBoundsException("a bug");
        }
        return prepared(text);
      }

      @Override
      public PreparedImage sketch(Sketch sketch, Patience patience) throws RefusedImageException {
        if (sketch.getRaster().toStringUtf8().startsWith("slow")) {
          awaitSlow();
        }
        return image(sketch.getRaster().toByteArray());
      }
    };
  }

  private void awaitSlow() {
    try {
      slow.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public List<Embedding> encode(List<PreparedImage> batch) {
    if (closed) {
      throw new IllegalStateException("encode after close");
    }
    passes.add(batch.size());
    beforePass.run();
    if (batch.stream().anyMatch(image -> image.rgb()[0] == 1)) {
      throw new IllegalArgumentException("an embedding has length 1");
    }
    long until = System.nanoTime() + batch.size() * nanosPerImage;
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
    List<Embedding> embeddings = new ArrayList<>();
    batch.forEach(image -> embeddings.add(embed(image)));
    return embeddings;
  }

  @Override
  public float hubness(Embedding photo) {
    return photo.toArray()[0] / 2;
  }

  @Override
  public void close() {
    closed = true;
  }

  public boolean isClosed() {
    return closed;
  }

  private Embedding embed(PreparedImage image) {
    SplittableRandom random = new SplittableRandom(Arrays.hashCode(image.rgb()) + 31L * salt);
    float[] vector = new float[DIMENSION];
    double squares = 0;
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextDouble(-1, 1);
      squares += vector[i] * vector[i];
    }
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return Embedding.of(vector);
  }
}
