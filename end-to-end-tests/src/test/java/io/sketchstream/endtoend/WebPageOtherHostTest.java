package io.sketchstream.endtoend;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Route;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.options.Cookie;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The images are on another host than the page, and need a key: a browser would send none with a
/// picture, so the page fetches it.
final class WebPageOtherHostTest extends WebPageFixture {
  private static final String KEY = "key-of-somebody";
  private final Set<String> refused = ConcurrentHashMap.newKeySet();

  @Test
  void showsPicturesOfAnotherHostWithTheKey() {
    page.window()
        .context()
        .addCookies(List.of(new Cookie("sketchstream-token", KEY).setUrl(address().toString())));
    page.window()
        .route(
            "**/v1/endpoints",
            route ->
                route.fulfill(
                    new FulfillOptions()
                        .setContentType("application/json")
                        .setBody("{\"ingest\": \"http://photos.example\", \"training\": \"\"}")));
    page.window().route("http://photos.example/**", this::guard);
    page.open(address());
    page.drawCircle();
    assertThat(page.frames().first()).hasClass(Pattern.compile("loaded"));
    assertEquals(
        page.frames().count(), page.part(".frame.loaded").count(), "every picture is shown");
    assertEquals(Set.of(), refused);
  }

  private void guard(Route route) {
    String key = route.request().headerValue("authorization");
    String path = URI.create(route.request().url()).getRawPath();
    Map<String, String> shared =
        Map.of("Access-Control-Allow-Origin", "*", "Access-Control-Allow-Headers", "*");
    if (("Bearer " + KEY).equals(key)) {
      byte[] answer = page.window().request().get(address().resolve(path).toString()).body();
      route.fulfill(
          new FulfillOptions()
              .setHeaders(shared)
              .setContentType("image/jpeg")
              .setBodyBytes(answer));
    } else if (!route.request().method().equals("OPTIONS")) {
      refused.add(path);
      route.fulfill(new FulfillOptions().setHeaders(shared).setStatus(401));
    } else {
      route.fulfill(new FulfillOptions().setHeaders(shared).setStatus(204));
    }
  }
}
