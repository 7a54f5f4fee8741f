package io.sketchstream.endtoend;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// Page object of the web page, in its own browser window.
///
/// **Threads:** the one of its [Chromium]. **Owns:** the window, until [#close].
final class SketchPage implements AutoCloseable {
  private final Page page;

  /// Errors and warnings of the browser console.
  private final List<String> complaints = new ArrayList<>();

  SketchPage(Page page) {
    this.page = page;
    page.onConsoleMessage(message -> {
      boolean busy = message.text().contains("status of 503"); // The page retries.
      if (!busy && List.of("error", "warning").contains(message.type())) {
        complaints.add(message.text());
      }
    });
    page.onPageError(complaints::add);
    // The generated photos of a test are alike; each is to be seen.
    page.addInitScript("localStorage.setItem('near-duplicates', 'show')");
  }

  void open(URI address) {
    page.navigate(address.toString());
    // The script runs once the status line is filled.
    assertThat(page.locator("#status")).hasAttribute("data-state", Pattern.compile("live|busy"));
  }

  /// The window, for what has no method here.
  Page window() {
    return page;
  }

  Locator part(String selector) {
    return page.locator(selector);
  }

  Locator sheet() {
    return page.locator("#canvas");
  }

  /// The photos shown, best first.
  Locator frames() {
    return page.locator(".frame");
  }

  Locator title() {
    return page.locator("#results-title");
  }

  Locator button(String name) {
    return page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName(name).setExact(true));
  }

  Locator removeButton(String photo) {
    return button("Remove " + photo + " from the gallery");
  }

  void drawCircle() {
    BoundingBox sheet = sheet().boundingBox();
    double radius = sheet.width * 0.3;
    double x = sheet.x + sheet.width / 2;
    double y = sheet.y + sheet.height / 2;
    page.mouse().move(x + radius, y);
    page.mouse().down();
    for (int degrees = 10; degrees <= 360; degrees += 10) {
      double angle = Math.toRadians(degrees);
      page.mouse().move(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    }
    page.mouse().up();
  }

  void drawLine() {
    BoundingBox sheet = sheet().boundingBox();
    page.mouse().move(sheet.x + sheet.width * 0.2, sheet.y + sheet.height * 0.2);
    page.mouse().down();
    page.mouse().move(sheet.x + sheet.width * 0.8, sheet.y + sheet.height * 0.7);
    page.mouse().up();
  }

  /// Waits until every search is answered and its photos are shown: from then on they stay in their
  /// places.
  void awaitAnswer() {
    assertThat(frames().first()).isVisible();
    assertThat(part("#results")).not().hasAttribute("aria-busy", "true");
  }

  /// Changes what the server answers on a path from now on.
  void changeAnswers(String path, UnaryOperator<String> change) {
    page.route(
        path,
        route -> {
          APIResponse answer = route.fetch();
          route.fulfill(
              new FulfillOptions().setResponse(answer).setBody(change.apply(answer.text())));
        });
  }

  /// The page is told that the model of the gallery waits to be activated.
  void tellThatTheModelIsReady() {
    changeAnswers("**/v1/status", answer -> answer.replace("\"ACTIVE\"", "\"READY\""));
    changeAnswers("**/v1/models", answer -> answer.replace("\"ACTIVE\"", "\"READY\""));
    assertThat(part("#rollout-activate")).isVisible();
  }

  /// A search answer with its hits in reverse order.
  String withHitsReversed(String answer) {
    return (String)
        page.evaluate(
            """
            (text) => {
              const answer = JSON.parse(text);
              answer.hits.reverse();
              return JSON.stringify(answer);
            }
            """,
            answer);
  }

  /// A search answer that says that nothing fits.
  String withNothingFitting(String answer) {
    return (String)
        page.evaluate(
            """
            (text) => {
              const distinction = {nothingFits: true, deviations: 1.5, sample: 256};
              return JSON.stringify({...JSON.parse(text), distinction});
            }
            """,
            answer);
  }

  /// The title of the last hit of an answer to a search.
  String lastTitle(String answer) {
    return (String) page.evaluate("(text) => JSON.parse(text).hits.at(-1).title", answer);
  }

  /// The drawing on white paper, as PNG.
  byte[] sheetPicture() {
    String url =
        (String)
            page.evaluate(
                """
                () => {
                  const drawn = document.querySelector("#canvas");
                  const paper = document.createElement("canvas");
                  paper.width = drawn.width;
                  paper.height = drawn.height;
                  const context = paper.getContext("2d");
                  context.fillStyle = "#fff";
                  context.fillRect(0, 0, paper.width, paper.height);
                  context.drawImage(drawn, 0, 0);
                  return paper.toDataURL("image/png");
                }
                """);
    return Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1));
  }

  /// Drops a picture on an element.
  void drop(String selector, String name, byte[] picture) {
    hand(selector, name, picture, "", List.of("dragenter", "dragover", "drop"));
  }

  /// Pastes a picture into an element.
  ///
  /// @param words that the clipboard holds as well; may be empty
  void paste(String selector, String name, byte[] picture, String words) {
    hand(selector, name, picture, words, List.of("paste"));
  }

  private void hand(
      String selector, String name, byte[] picture, String words, List<String> events) {
    page.evaluate(
        """
        ([selector, name, base64, words, types]) => {
          const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
          const data = new DataTransfer();
          data.items.add(new File([bytes], name, {type: "image/png"}));
          if (words) data.setData("text/plain", words);
          for (const type of types) {
            const how = {bubbles: true, cancelable: true};
            const event = type === "paste"
              ? new ClipboardEvent(type, {clipboardData: data, ...how})
              : new DragEvent(type, {dataTransfer: data, ...how});
            document.querySelector(selector).dispatchEvent(event);
          }
        }
        """,
        List.of(selector, name, Base64.getEncoder().encodeToString(picture), words, events));
  }

  boolean focusIsOn(String selector) {
    return (boolean)
        page.evaluate("selector => document.activeElement.matches(selector)", selector);
  }

  void assertNoSidewaysScrolling() {
    assertEquals(
        0, page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth"));
  }

  void assertNoComplaints() {
    assertEquals(List.of(), complaints);
  }

  @Override
  public void close() {
    page.unrouteAll(); // A request on its way would be answered on a page that is gone.
    page.context().close();
  }
}
