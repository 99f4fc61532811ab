// Which lines of standard input fit a JSON Schema? Prints one a line: "fits", or what does not.
import fs from "node:fs";
import { createRequire } from "node:module";

const [modules, schema] = process.argv.slice(2);
const Ajv = createRequire(`${modules}/`)("ajv/dist/2020.js").default;
const validate = new Ajv({ strict: true, allErrors: false, allowUnionTypes: true }).compile(JSON.parse(fs.readFileSync(schema, "utf8")));
for (const line of fs.readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const [first] = validate(JSON.parse(line)) ? [] : validate.errors;
  console.log(first ? `${first.instancePath || "/"} ${first.message}` : "fits");
}
