package io.sketchstream.trainer.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Draws domain-balanced batches: P classes, of each K sketches and K photos, W drawings of words,
/// and R unlabelled photos.
///
/// Every class comes equally often whatever its size, and so does every word; within a class every
/// picture of a kind comes once before any comes twice. The sequence depends on the seed and the
/// pictures alone; a resumed training skips what it has had. Not thread-safe.
public final class BatchSampler {
  /// How often a sketch is contours of a photo, where its class has a few sketches too.
  private static final double CONTOURS_SHARE = .5;

  private final LabelledPictures pictures;
  private final List<Word> words;
  private final List<Example> unlabelled;
  private final Composition composition;
  private final Random random;
  private final Map<String, Deck> decks = new HashMap<>();
  private final Rounds<String> classRounds;
  private final Rounds<Word> wordRounds;

  /// What a batch consists of.
  ///
  /// @param classes P: classes in a batch
  /// @param picturesPerDomain K: sketches, and photos, of each of them
  /// @param words W: drawings of words
  /// @param unlabelled R: photos without a class
  /// @param strokeShare how often a sketch is one of strokes, where its class has both kinds
  /// @param thumbnailShare how often a photo is one of 64 pixels, where its class has both kinds
  public record Composition(
      int classes,
      int picturesPerDomain,
      int words,
      int unlabelled,
      double strokeShare,
      double thumbnailShare) {

    /// Pictures of a batch.
    public int size() {
      return classes * picturesPerDomain * 2 + words + unlabelled;
    }
  }

  /// @throws DatasetException when fewer classes than a batch has have photos and sketches
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

  /// Drawings of words in each batch: none where there are no words.
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

  /// Forgets the next `count` batches.
  public void skip(int count) {
    for (int i = 0; i < count; i++) {
      next();
    }
  }

  /// Things in shuffled rounds; none comes twice in a draw.
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
