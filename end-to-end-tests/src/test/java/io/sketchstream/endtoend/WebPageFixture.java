package io.sketchstream.endtoend;

import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/// The page in a real browser, with the real services and a small gallery, which is recreated for
/// each class.
abstract class WebPageFixture {
  static final String SEARCHES = "**/v1/search?*";

  static GalleryFiller filler;

  private static PageInstallation installation;

  SketchPage page;

  @BeforeAll
  static void makeGallery() {
    installation = PageInstallation.reset();
    filler = installation.filler();
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
    return installation.address();
  }

  void openAt(int width, int height) {
    page = new SketchPage(installation.chromium().page(width, height));
    page.open(address());
  }
}
