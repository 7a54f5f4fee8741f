package io.sketchstream.trainer.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Draws domain-balanced batches: P classes with K sketches and K photos each, W drawings of words,
/// and R unlabelled photos.
///
/// Classes are drawn equally often, whatever their size, and so are words. Within a class, every
/// picture of a kind is drawn once before any is drawn twice. The sequence depends only on the seed
/// and the pictures; a resumed training skips what it has done. Not thread-safe.
public final class BatchSampler {
  /// Probability that a sketch is replaced by contours of a photo, where its class has few
  /// sketches.
  private static final double CONTOURS_SHARE = .5;

  private final LabelledPictures pictures;
  private final List<Word> words;
  private final List<Example> unlabelled;
  private final Composition composition;
  private final Random random;
  private final Map<String, Deck> decks = new HashMap<>();
  private final Rounds<String> classRounds;
  private final Rounds<Word> wordRounds;

  /// The composition of a batch.
  ///
  /// @param classes P: classes in a batch
  /// @param picturesPerDomain K: sketches per class, and photos per class
  /// @param words W: drawings of words
  /// @param unlabelled R: photos without a class
  /// @param strokeShare probability that a sketch is drawn from strokes, where its class has both
  ///   kinds
  /// @param thumbnailShare probability that a photo is one of 64 pixels, where its class has both
  ///   kinds
  public record Composition(
      int classes,
      int picturesPerDomain,
      int words,
      int unlabelled,
      double strokeShare,
      double thumbnailShare) {

    /// Number of pictures in a batch.
    public int size() {
      return classes * picturesPerDomain * 2 + words + unlabelled;
    }
  }

  /// @throws DatasetException when too few classes have both photos and sketches
  public BatchSampler(
      LabelledPictures pictures,
      List<Word> words,
      List<Example> unlabelled,
      Composition composition,
      long seed) {
    this.pictures = pictures;
    this.words = List.copyOf(words);
    this.unlabelled = List.copyOf(unlabelled);
    this.composition = composition;
    this.random = new Random(seed);
    List<String> classes = pictures.pairedClasses();
    if (classes.size() < composition.classes()) {
      throw new DatasetException(
          "a batch of %d classes needs as many with photos and sketches; there are %d: %s"
              .formatted(composition.classes(), classes.size(), classes));
    }
    classRounds = new Rounds<>(classes);
    wordRounds = new Rounds<>(this.words);
  }

  /// Drawings of words in each batch; 0 if there are no words.
  public int wordDrawings() {
    return Math.min(composition.words(), words.size());
  }

  /// Unlabelled photos in each batch.
  public int unlabelledPhotos() {
    return Math.min(composition.unlabelled(), unlabelled.size());
  }

  /// The next batch: first all sketches, then all photos, each class by class in the same order,
  /// then the drawings of words, then the unlabelled photos.
  public List<Example> next() {
    List<String> drawn = classRounds.draw(composition.classes());
    List<Example> batch = new ArrayList<>(composition.size());
    for (Domain domain : List.of(Domain.SKETCH, Domain.PHOTO)) {
      for (String label : drawn) {
        for (int i = 0; i < composition.picturesPerDomain(); i++) {
          batch.add(draw(domain, label));
        }
      }
    }
    for (Word word : wordRounds.draw(wordDrawings())) {
      batch.add(deck("word/" + word.name(), word.drawings()).draw());
    }
    for (int i = 0; i < unlabelledPhotos(); i++) {
      batch.add(deck("unlabelled", unlabelled).draw());
    }
    return batch;
  }

  private Example draw(Domain domain, String label) {
    boolean photo = domain == Domain.PHOTO;
    List<Example> all = photo ? pictures.photos(label) : pictures.sketches(label);
    PictureKind second = photo ? PictureKind.THUMBNAIL : secondOf(all);
    double share =
        switch (second) {
          case THUMBNAIL -> composition.thumbnailShare();
          case CONTOURS -> CONTOURS_SHARE;
          default -> composition.strokeShare();
        };
    List<Example> seconds = all.stream().filter(example -> example.kind() == second).toList();
    if (seconds.isEmpty() || seconds.size() == all.size()) {
      return deck(domain + "/" + label, all).draw();
    }
    if (random.nextDouble() < share) {
      return deck(second + "/" + label, seconds).draw();
    }
    return deck(
            domain + "/" + label, all.stream().filter(example -> example.kind() != second).toList())
        .draw();
  }

  private static PictureKind secondOf(List<Example> sketches) {
    boolean contours = sketches.stream().anyMatch(e -> e.kind() == PictureKind.CONTOURS);
    return contours ? PictureKind.CONTOURS : PictureKind.STROKES;
  }

  private Deck deck(String name, List<Example> cards) {
    return decks.computeIfAbsent(name, _ -> new Deck(cards));
  }

  /// Skips the next `count` batches.
  public void skip(int count) {
    for (int i = 0; i < count; i++) {
      next();
    }
  }

  /// Items dealt in shuffled rounds; no draw contains one twice.
  private final class Rounds<T> {
    private final List<T> things;
    private final List<T> queue = new ArrayList<>();

    Rounds(List<T> things) {
      this.things = things;
    }

    List<T> draw(int count) {
      List<T> drawn = new ArrayList<>(count);
      while (drawn.size() < count) {
        if (queue.stream().allMatch(drawn::contains)) {
          List<T> round = new ArrayList<>(things);
          Collections.shuffle(round, random);
          queue.addAll(round);
        }
        T next = queue.stream().filter(thing -> !drawn.contains(thing)).findFirst().orElseThrow();
        queue.remove(next);
        drawn.add(next);
      }
      return drawn;
    }
  }

  /// Pictures dealt in shuffled rounds.
  private final class Deck {
    private final List<Example> cards;
    private int dealt;

    Deck(List<Example> cards) {
      this.cards = new ArrayList<>(cards);
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
