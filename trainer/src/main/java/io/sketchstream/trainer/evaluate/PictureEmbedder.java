package io.sketchstream.trainer.evaluate;

import io.sketchstream.encoder.Embedding;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.Interruption;
import io.sketchstream.trainer.data.PictureReader;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/// Embeds labelled pictures with the encoder that serves. The embeddings are the same to the bit
/// with any number of threads.
///
/// **Threads:** one caller. With more than one thread of its own, each reads and encodes a batch at
/// a time; with one, the caller encodes, and batches are read on its pool in between.
public final class PictureEmbedder {
  private static final int BATCH_SIZE = 32;

  private final Encoder encoder;
  private final PictureReader reader;
  private final int size;
  private final int threads;

  /// One that encodes a batch at a time.
  ///
  /// @param size side of the squares that the encoder takes
  public PictureEmbedder(Encoder encoder, PictureReader reader, int size) {
    this(encoder, reader, size, 1);
  }

  /// @param size side of the squares that the encoder takes
  /// @param threads batches encoded at a time, at least 1; not more than the encoder allows
  public PictureEmbedder(Encoder encoder, PictureReader reader, int size, int threads) {
    this.encoder = encoder;
    this.reader = reader;
    this.size = size;
    this.threads = threads;
  }

  /// Embeds pictures, in order.
  ///
  /// @param done receives how many are done so far, on the caller's thread
  public EmbeddedPictures embed(List<Example> examples, IntConsumer done) {
    int dimension = encoder.dimension();
    float[] rows = new float[examples.size() * dimension];
    List<Embedding> embeddings = embeddings(examples, done);
    for (int i = 0; i < embeddings.size(); i++) {
      System.arraycopy(embeddings.get(i).toArray(), 0, rows, i * dimension, dimension);
    }
    return new EmbeddedPictures(examples, rows, dimension);
  }

  /// The embeddings of pictures, in order.
  ///
  /// @param done receives how many are done so far, on the caller's thread
  /// @throws CancellationException when the thread was interrupted; it stays so
  public List<Embedding> embeddings(List<Example> examples, IntConsumer done) {
    Embedding[] embeddings = new Embedding[examples.size()];
    if (threads > 1) {
      encodeConcurrently(examples, embeddings, done);
    } else {
      for (int from = 0; from < examples.size(); from += BATCH_SIZE) {
        Interruption.check();
        List<Example> batch = batch(examples, from);
        encode(batch.parallelStream(), embeddings, from);
        done.accept(from + batch.size());
      }
    }
    return Arrays.asList(embeddings);
  }

  private void encodeConcurrently(
      List<Example> examples, Embedding[] embeddings, IntConsumer done) {
    try (ExecutorService pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("embed-", 0).daemon().factory())) {
      CompletionService<Integer> encoded = new ExecutorCompletionService<>(pool);
      for (int from = 0; from < examples.size(); from += BATCH_SIZE) {
        int first = from;
        encoded.submit(() -> {
          List<Example> batch = batch(examples, first);
          encode(batch.stream(), embeddings, first);
          return batch.size();
        });
      }
      try {
        for (int count = 0; count < examples.size(); ) {
          count += encoded.take().get();
          done.accept(count);
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new CancellationException("stopped");
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException("embedding pictures failed", e.getCause());
      } finally {
        pool.shutdownNow();
      }
    }
  }

  private static List<Example> batch(List<Example> examples, int from) {
    return examples.subList(from, Math.min(from + BATCH_SIZE, examples.size()));
  }

  private void encode(Stream<Example> batch, Embedding[] into, int from) {
    List<PreparedImage> prepared = batch.map(example -> reader.read(example, size)).toList();
    List<Embedding> encoded = encoder.encode(prepared);
    for (int i = 0; i < encoded.size(); i++) {
      into[from + i] = encoded.get(i);
    }
  }
}
