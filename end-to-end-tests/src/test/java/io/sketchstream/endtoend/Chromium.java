package io.sketchstream.endtoend;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.setDefaultAssertionTimeout;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The system's Chromium, driven by Playwright, which downloads nothing. Every name under
/// `.example` is this machine.
///
/// **Threads:** one. **Owns:** the browser and the driver's process, until [#close].
final class Chromium implements AutoCloseable {
  /// Names another executable than the usual ones.
  static final String PATH_VARIABLE = "CHROMIUM";

  private static final List<String> USUAL_PATHS =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
  private static final double WAIT_MAX_MILLIS = 90_000;

  private final Playwright playwright;
  private final Browser browser;

  private Chromium(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  /// Starts the browser, or skips the test that asks for it where there is none.
  static Chromium startOrSkip() {
    Optional<Path> executable = executable();
    assumeTrue(
        executable.isPresent(),
        "no Chromium: install the package chromium, or name one with " + PATH_VARIABLE);
    setDefaultAssertionTimeout(WAIT_MAX_MILLIS);
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Browser browser =
        playwright
            .chromium()
            .launch(
                new LaunchOptions()
                    .setExecutablePath(executable.orElseThrow())
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-background-networking",
                            "--host-resolver-rules=MAP *.example 127.0.0.1")));
    return new Chromium(playwright, browser);
  }

  /// A fresh profile with one empty page.
  Page page(int width, int height) {
    BrowserContext context =
        browser.newContext(new Browser.NewContextOptions().setViewportSize(width, height));
    context.setDefaultTimeout(WAIT_MAX_MILLIS);
    return context.newPage();
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }

  private static Optional<Path> executable() {
    String named = System.getenv(PATH_VARIABLE);
    return (named == null ? USUAL_PATHS : List.of(named))
        .stream().map(Path::of).filter(Files::isExecutable).findFirst();
  }
}
