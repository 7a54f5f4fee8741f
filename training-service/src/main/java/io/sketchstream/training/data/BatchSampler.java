package io.sketchstream.training.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Draws domain-balanced batches: P classes, of each K sketches and K photos.
///
/// Every class comes equally often whatever its size, and within a class every picture comes once
/// before any comes twice. The sequence depends on the seed and the pictures alone; a resumed
/// training skips what it has had. Not thread-safe.
public final class BatchSampler {
  private final LabelledPictures pictures;
  private final List<String> classes;
  private final int classesPerBatch;
  private final int picturesPerDomain;
  private final Random random;
  private final Map<String, Deck> decks = new HashMap<>();
  private final List<String> classQueue = new ArrayList<>();

  /// @throws DatasetException when fewer than `classesPerBatch` classes have photos and sketches
  public BatchSampler(
      LabelledPictures pictures, int classesPerBatch, int picturesPerDomain, long seed) {
    this.pictures = pictures;
    this.classes = pictures.pairedClasses();
    this.classesPerBatch = classesPerBatch;
    this.picturesPerDomain = picturesPerDomain;
    this.random = new Random(seed);
    if (classes.size() < classesPerBatch) {
      throw new DatasetException(
          "a batch of %d classes needs as many with photos and sketches; there are %d: %s"
              .formatted(classesPerBatch, classes.size(), classes));
    }
  }

  /// Pictures of a batch.
  public int batchSize() {
    return classesPerBatch * picturesPerDomain * 2;
  }

  /// The next batch: first all sketches, then all photos, each class by class in the same order.
  public List<Example> next() {
    List<String> drawn = nextClasses();
    List<Example> batch = new ArrayList<>(batchSize());
    for (Domain domain : List.of(Domain.SKETCH, Domain.PHOTO)) {
      for (String label : drawn) {
        Deck deck = decks.computeIfAbsent(domain + "/" + label, _ -> new Deck(domain, label));
        for (int i = 0; i < picturesPerDomain; i++) {
          batch.add(deck.draw());
        }
      }
    }
    return batch;
  }

  /// Forgets the next `count` batches.
  public void skip(int count) {
    for (int i = 0; i < count; i++) {
      next();
    }
  }

  /// Classes in shuffled rounds; a class is never twice in a batch.
  private List<String> nextClasses() {
    List<String> drawn = new ArrayList<>(classesPerBatch);
    while (drawn.size() < classesPerBatch) {
      if (classQueue.stream().allMatch(drawn::contains)) {
        List<String> round = new ArrayList<>(classes);
        Collections.shuffle(round, random);
        classQueue.addAll(round);
      }
      String next = classQueue.stream().filter(c -> !drawn.contains(c)).findFirst().orElseThrow();
      classQueue.remove(next);
      drawn.add(next);
    }
    return drawn;
  }

  /// The pictures of a class in one domain, dealt in shuffled rounds.
  private final class Deck {
    private final List<Example> cards;
    private int dealt;

    Deck(Domain domain, String label) {
      cards =
          new ArrayList<>(
              domain == Domain.PHOTO ? pictures.photos(label) : pictures.sketches(label));
      dealt = cards.size();
    }

    Example draw() {
      if (dealt >= cards.size()) {
        Collections.shuffle(cards, random);
        dealt = 0;
      }
      return cards.get(dealt++);
    }
  }
}
