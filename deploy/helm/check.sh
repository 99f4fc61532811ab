#!/usr/bin/env bash
# check.sh [--write]: lint the chart, render it, and compare with rendered.yaml; --write writes that anew.
# Without helm it is built from its source by Go's module proxy, into .cache.
set -euo pipefail
cd "$(dirname "$0")/../.."
chart=deploy/helm/cleanwire
helm=$(command -v helm || echo "$PWD/.cache/helm/helm")
if [ ! -x "$helm" ]; then
	command -v go >/dev/null || { echo "check.sh: neither helm nor go is here" >&2; exit 2; }
	GOBIN=$PWD/.cache/helm go install helm.sh/helm/v3/cmd/helm@v3.18.4
fi

required=(--set-json 'config={"kafka.bootstrap": "kafka:9092", "fetch.contact": "https://example.org/bot"}')
everything=(
	"${required[@]}"
	--set-json 'feeds=["https://example.org/feed.xml"]'
	--set secrets.existing=cleanwire-secrets --set tls.existing=cleanwire-tls
	--set roles.ops.replicas=1 --set autoscaling.kind=keda
	--set serviceMonitor.enabled=true
	--set websub.enabled=true
)
render() { "$helm" template news $chart --namespace news --kube-version 1.33.0 "$@"; }

"$helm" lint --strict --kube-version 1.33.0 $chart "${required[@]}"
for wrong in '{"kafka.bootstrap": "kafka:9092"}' \
	'{"kafka.bootstrap": "kafka:9092", "fetch.contact": "x", "service.role": "all"}' \
	'{"kafka.bootstrap": "kafka:9092", "fetch.contact": "x", "KAFKA": "y"}'; do
	if render --set-json "config=$wrong" >/dev/null 2>&1; then
		echo "check.sh: the chart takes config=$wrong" >&2
		exit 1
	fi
done
render "${required[@]}" --set autoscaling.kind=hpa >/dev/null
# Rules and dashboard are files of their own with tests of their own; here it counts that they arrive.
brought=$(render "${required[@]}" --set prometheusRule.enabled=true --set dashboard.enabled=true)
for name in CleanwireDown cleanwire:documents_late:ratio1h cleanwire.json; do
	grep -q "$name" <<<"$brought" || { echo "check.sh: $name is missing" >&2; exit 1; }
done
if [ "${1:-}" = --write ]; then
	render "${everything[@]}" >deploy/helm/rendered.yaml
else
	diff -u deploy/helm/rendered.yaml <(render "${everything[@]}")
fi
echo "the chart renders as before"
