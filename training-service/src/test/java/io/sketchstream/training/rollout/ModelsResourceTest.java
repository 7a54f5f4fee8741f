package io.sketchstream.training.rollout;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.sketchstream.events.ModelState;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
final class ModelsResourceTest {
  @Inject RolloutService rollout;

  @Test
  void listsModelsAndSaysWhyAChangeIsNotMade() {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (!rollout.view().leads()) {
      assertTrue(System.nanoTime() < deadline, "nobody leads");
      LockSupport.parkNanos(10_000_000);
    }
    given().get("/q/health").then().statusCode(200);
    RolloutState state =
        rollout.decide(
            rules -> s -> rules.register(s, RolloutRulesTest.model("g1"), Map.of(), "a test"));
    assertEquals(ModelState.ACTIVE, state.models().get("g1").getState());
    given()
        .post("/v1/models/g1/activate")
        .then()
        .statusCode(200)
        .body("active", equalTo("g1"))
        .body("models[0].generation", equalTo("g1"))
        .body("models[0].state", equalTo("ACTIVE"))
        .body("models[0].epoch", equalTo(1));
    given()
        .post("/v1/models/g9/activate")
        .then()
        .statusCode(404)
        .contentType(containsString("application/problem+json"))
        .body("detail", containsString("g9"));
    given()
        .post("/v1/models/rollback")
        .then()
        .statusCode(409)
        .body("detail", containsString("no earlier generation"));
    given().post("/v1/models/g1/reject").then().statusCode(409);
    given().get("/v1/models").then().statusCode(200).body("leading", equalTo(true));
  }
}
