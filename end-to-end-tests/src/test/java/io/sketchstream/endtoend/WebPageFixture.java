package io.sketchstream.endtoend;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// The page in a real browser, with the real services and a small gallery.
abstract class WebPageFixture {
  static final String SEARCHES = "**/v1/search?*";

  static Chromium chromium;

  static StandaloneProcess standalone;

  static GalleryFiller filler;

  SketchPage page;

  @BeforeAll
  static void startWithGallery(@TempDir Path directory) {
    chromium = Chromium.startOrSkip();
    standalone = StandaloneProcess.start(directory.resolve("home"));
    filler = new GalleryFiller(address());
    DrawnPhotos.gallery().forEach(filler::put);
  }

  @AfterAll
  static void stop() {
    if (filler != null) {
      filler.close();
    }
    if (standalone != null) {
      standalone.stop();
      standalone.close();
    }
    if (chromium != null) {
      chromium.close();
    }
  }

  @BeforeEach
  void open() {
    openAt(1280, 800);
  }

  @AfterEach
  void closePage() {
    page.close();
  }

  static URI address() {
    return standalone.address();
  }

  void openAt(int width, int height) {
    page = new SketchPage(chromium.page(width, height));
    page.open(address());
  }
}
