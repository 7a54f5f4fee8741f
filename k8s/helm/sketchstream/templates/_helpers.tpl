{{- define "sketchstream.labels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/part-of: sketchstream
{{- end }}

{{- define "sketchstream.image" -}}
{{ .root.Values.image.registry }}/{{ .name }}-service:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{/* The pod of a service: root, name, port, own (its values), models (whether it has the model store). */}}
{{- define "sketchstream.pod" -}}
{{- $strimzi := .root.Values.kafka.strimzi -}}
metadata:
  labels:
    {{- include "sketchstream.labels" . | nindent 4 }}
  annotations:
    prometheus.io/scrape: "true"
    prometheus.io/port: {{ .port | quote }}
    prometheus.io/path: /q/metrics
spec:
  serviceAccountName: {{ .name }}
  automountServiceAccountToken: false
  # Kubernetes' own QUERY_PORT and the like would be read as settings.
  enableServiceLinks: false
  terminationGracePeriodSeconds: 40
  {{- with .root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          app.kubernetes.io/name: {{ $.name }}
    {{- end }}
  {{- if and .models .root.Values.gpu }}
  tolerations:
    - {key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}
  {{- end }}
  containers:
    - name: {{ .name }}
      image: {{ include "sketchstream.image" . }}
      ports:
        - name: http
          containerPort: {{ .port }}
      envFrom:
        - configMapRef:
            name: sketchstream
        - secretRef:
            name: {{ .root.Values.access.tokenSecret }}
            optional: true
        {{- if and (not $strimzi) .root.Values.kafka.secret }}
        - secretRef:
            name: {{ .root.Values.kafka.secret }}
        {{- end }}
      {{- $env := include "sketchstream.env" . }}
      {{- with $env | trim }}
      env:
        {{- . | nindent 8 }}
      {{- end }}
      startupProbe:
        httpGet: {path: /q/health/started, port: http}
        periodSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet: {path: /q/health/live, port: http}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 3
      readinessProbe:
        httpGet: {path: /q/health/ready, port: http}
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: 2
      lifecycle:
        # Whoever routes to this pod learns that it goes before it does.
        preStop: {sleep: {seconds: 5}}
      resources:
        {{- $resources := deepCopy .own.resources }}
        {{- if and .models .root.Values.gpu }}
        {{- $_ := set $resources.limits "nvidia.com/gpu" "1" }}
        {{- end }}
        {{- toYaml $resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: [ALL]
      volumeMounts:
        - name: keys
          mountPath: /etc/sketchstream-keys
          readOnly: true
        - name: tmp
          mountPath: /tmp
        {{- if $strimzi }}
        - name: kafka-cluster-ca
          mountPath: /etc/kafka-cluster-ca
          readOnly: true
        - name: kafka-user
          mountPath: /etc/kafka-user
          readOnly: true
        {{- end }}
        - name: data
          mountPath: /data
        {{- if .models }}
        - name: models
          mountPath: /data/models
        {{- end }}
  volumes:
    # For ACCESS_KEYS_FILE; a change reaches the services without a restart.
    - name: keys
      secret:
        secretName: {{ .root.Values.access.keysSecret }}
        optional: true
    - name: tmp
      emptyDir: {sizeLimit: 1Gi}
    {{- if $strimzi }}
    - name: kafka-cluster-ca
      secret:
        secretName: sketchstream-cluster-ca-cert
        items: [{key: ca.p12, path: ca.p12}]
    - name: kafka-user
      secret:
        secretName: {{ .name }}
        items: [{key: user.p12, path: user.p12}]
    {{- end }}
    {{- if .models }}
    - name: data
      emptyDir: {}
    - name: models
      persistentVolumeClaim:
        claimName: model-store
    {{- end }}
{{- end }}

{{/* What a service has on top of the shared settings. */}}
{{- define "sketchstream.env" -}}
{{- if .root.Values.kafka.strimzi }}
- name: KAFKA_SSL_TRUSTSTORE_PASSWORD
  valueFrom: {secretKeyRef: {name: sketchstream-cluster-ca-cert, key: ca.password}}
- name: KAFKA_SSL_KEYSTORE_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ .name }}, key: user.password}}
{{- end }}
{{- if eq .name "query" }}
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: QUERY_ADDRESS
  value: $(POD_NAME).query-shards:8083
- name: QUERY_STANDBYS
  value: {{ .own.standbys | quote }}
- name: QUERY_GALLERY_URL
  value: http://ingest:8081
{{- end }}
{{- if and (eq .name "embed") .root.Values.gpu }}
- {name: EMBED_DEVICE, value: cuda}
- {name: EMBED_MICRO_BATCH_MAX, value: "64"}
- {name: EMBED_THREADS, value: "1"}
- {name: EMBED_BACKFILL_THREADS, value: "1"}
{{- end }}
{{- range $name, $value := .own.env }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* The claim of a StatefulSet: own. */}}
{{- define "sketchstream.claim" -}}
- metadata:
    name: data
  spec:
    accessModes: [ReadWriteOnce]
    {{- with .own.storageClass }}
    storageClassName: {{ . }}
    {{- end }}
    resources:
      requests:
        storage: {{ .own.storage }}
{{- end }}
