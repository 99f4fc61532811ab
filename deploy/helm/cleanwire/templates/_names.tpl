{{- define "cleanwire.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "cleanwire.selector" -}}
app.kubernetes.io/name: cleanwire
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "cleanwire.labels" -}}
{{ include "cleanwire.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "cleanwire.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "cleanwire.name" .) -}}
{{- end -}}

{{- /* The variable of a setting: kafka.bootstrap is CLEANWIRE_KAFKA_BOOTSTRAP. */ -}}
{{- define "cleanwire.variable" -}}
CLEANWIRE_{{ . | upper | replace "." "_" }}
{{- end -}}
