// A photo that was just taken or chosen, looked at on this device; nothing is sent anywhere.

import { check } from "./photo-check.js";

const LONGEST = 1400;
const WORDS = {
  dark: "Ảnh quá tối, khó đọc chữ. Hãy chụp ở nơi sáng hơn.",
  bright: "Ảnh quá sáng hoặc bị lóa, chữ bị mờ đi. Hãy tránh đèn chiếu thẳng vào giấy.",
  blank: "Không thấy chữ trên ảnh. Hãy xem có chụp nhầm mặt giấy không.",
  blur: "Ảnh có vẻ bị mờ, nhòe. Hãy giữ máy chắc tay, chạm vào màn hình để lấy nét rồi chụp lại.",
  cut: "Giấy có vẻ bị cắt mất mép hoặc chữ chạm mép ảnh. Hãy chụp đủ bốn góc.",
  upside: "Ảnh có vẻ bị ngược. Bấm “Xoay” hai lần ở tệp này sau khi gửi.",
  sideways: "Ảnh có vẻ bị nằm ngang. Bấm “Xoay” ở tệp này sau khi gửi.",
};

/** What a person may want to know before the officer tells them; "" when all seems well or the
 * browser cannot open the picture. */
export async function adviceOn(file) {
  if (!file.type.startsWith("image/")) return "";
  try {
    const image = await pixels(file);
    return check(image).map((code) => WORDS[code]).join(" ");
  } catch {
    return "";
  }
}

export async function pixels(file) {
  // As the camera held it: EXIF orientation is applied by the browser, and by the server.
  const whole = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(whole.width, whole.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(whole.width * scale));
  canvas.height = Math.max(1, Math.round(whole.height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(whole, 0, 0, canvas.width, canvas.height);
  whole.close();
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
